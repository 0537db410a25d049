import { setTimeout as delay } from 'node:timers/promises';
import { isDeliveryError, type HttpClient, type HttpRequest, type HttpResponse } from '@patchbay/plugin-sdk';
import { judgeStatus, lookupError, type Judgement } from './lookup-failure.js';

/** Bounds of one lookup. */
export interface LookupBounds {
  /** For all of it, retries included, in milliseconds. */
  readonly timeoutMs: number;
  readonly retries: number;
}

/** A pause before the first retry, in milliseconds; each further one doubles it. Jittered by half. */
const FIRST_PAUSE_MS = 100;

/** Calls that change nothing, repeated a few times where that may help, within one time limit. */
export class LookupClient {
  /**
   * @param what the part of the brand's file that says whom to ask, for errors: `recipients.resolver`
   * @param judge what an answer means; by its status where left out
   */
  constructor(
    private readonly http: HttpClient,
    private readonly what: string,
    private readonly bounds: LookupBounds,
    private readonly judge: (answer: HttpResponse) => Judgement = (answer) => judgeStatus(what, answer),
  ) {}

  /**
   * Resolves with an answer, or undefined where there is nothing to be found.
   * @throws DeliveryError for anything else; it holds nothing of the answer
   */
  async ask(request: HttpRequest): Promise<HttpResponse | undefined> {
    const deadline = performance.now() + this.bounds.timeoutMs;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.once(request, deadline);
      } catch (error) {
        if (!isDeliveryError(error)) throw error;
        const pause = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random());
        const again = error.kind === 'transient' && error.retryAfterMs === undefined && attempt < this.bounds.retries;
        if (!again || performance.now() + pause >= deadline) throw error;
        await delay(pause);
      }
    }
  }

  private async once(request: HttpRequest, deadline: number): Promise<HttpResponse | undefined> {
    const timeoutMs = Math.max(1, Math.ceil(deadline - performance.now()));
    const answer = await this.http.exchange({ ...request, timeoutMs, readsOnly: true }).catch((error: unknown) => {
      throw isDeliveryError(error) ? lookupError(error.kind, this.what, error.message) : error;
    });
    const judgement = this.judge(answer);
    if (judgement === 'answer') return answer;
    if (judgement === 'nothing') return undefined;
    throw judgement;
  }
}
