import type { Acknowledgements } from './acknowledgements.js';

const GIVES_UP_AFTER_MS = 6_000;

/** Client of a source's ingest endpoint. Records every answer other than 202. */
export class IngestEndpoint {
  constructor(
    private readonly url: string,
    private readonly headers: Readonly<Record<string, string>>,
    private readonly acknowledgements: Acknowledgements,
  ) {}

  /**
   * Posts events in one call. Returns the hub's ids of the events, in their order. Returns undefined if the sender must
   * repeat the call.
   */
  async post(events: readonly object[]): Promise<readonly string[] | undefined> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...this.headers },
        body: JSON.stringify(events),
        signal: AbortSignal.timeout(GIVES_UP_AFTER_MS),
      });
      text = await response.text();
    } catch {
      // The call was refused, reset or timed out, so the sender repeats the call.
      return undefined;
    }
    if (response.status === 202) {
      const answer = JSON.parse(text) as { events: { id: string }[] };
      return answer.events.map(({ id }) => id);
    }
    if (response.status === 429) this.acknowledgements.busy += 1;
    else this.acknowledgements.wrongAnswers.push(`${response.status} ${text.slice(0, 200)}`);
    return undefined;
  }
}
