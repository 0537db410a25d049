import { readBrandSource } from '@patchbay/config';

const ANSWERS_WITHIN_MS = 5_000;

/** Client for the calls of the admin API that the fault suite makes. */
export class AdminApi {
  constructor(
    private readonly hubUrl: string,
    private readonly key: string,
  ) {}

  /** Applies the text of a brand file. Rejects if the hub is unavailable or refuses the file. */
  async apply(file: string, text: string, variables: Readonly<Record<string, string>>): Promise<void> {
    const source = readBrandSource(text, file, (_kind, name) => ({ value: variables[name] ?? '' }));
    const content = { file, content: source.content, interpolated: [...source.interpolated], sourceLocations: [] };
    await this.post('/v1/apply', { files: [content], dryRun: false, prune: false, complete: false });
  }

  /** Sends a POST to the admin API and returns the response body. Rejects if the status is not 2xx. */
  async post(path: string, body: object): Promise<unknown> {
    const response = await fetch(`${this.hubUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The hub answered a call of ${path} with ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}
