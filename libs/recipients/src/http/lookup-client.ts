import { setTimeout as delay } from 'node:timers/promises';
import { isDeliveryError, type HttpClient, type HttpRequest, type HttpResponse } from '@patchbay/plugin-sdk';
import { classifyStatus, lookupError, type ResponseClass } from './lookup-failure.js';

/** Limits of one lookup. */
export interface LookupBounds {
  /** Time limit in milliseconds, including retries. */
  readonly timeoutMs: number;
  readonly retries: number;
}

/** Pause before the first retry, in milliseconds. The pause doubles with each retry and varies randomly by half. */
const FIRST_PAUSE_MS = 100;

/** Client for calls that may be repeated. It retries failures that may be temporary, within one time limit for all attempts. */
export class LookupClient {
  /**
   * @param section section of the brand's file with the settings, for errors: `recipients.resolver`
   * @param classify classifies a response; if undefined, the status classifies the response
   */
  constructor(
    private readonly http: HttpClient,
    private readonly section: string,
    private readonly bounds: LookupBounds,
    private readonly classify: (response: HttpResponse) => ResponseClass = (response) =>
      classifyStatus(section, response),
  ) {}

  /**
   * Resolves with an answer, or with undefined if nothing was found.
   * @throws DeliveryError for all other outcomes; the error contains nothing of the answer
   */
  async request(request: HttpRequest): Promise<HttpResponse | undefined> {
    const deadline = performance.now() + this.bounds.timeoutMs;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.attempt(request, deadline);
      } catch (error) {
        if (!isDeliveryError(error)) throw error;
        const pause = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random());
        const again = error.kind === 'transient' && error.retryAfterMs === undefined && attempt < this.bounds.retries;
        if (!again || performance.now() + pause >= deadline) throw error;
        await delay(pause);
      }
    }
  }

  private async attempt(request: HttpRequest, deadline: number): Promise<HttpResponse | undefined> {
    const timeoutMs = Math.max(1, Math.ceil(deadline - performance.now()));
    const response = await this.http.exchange({ ...request, timeoutMs, readsOnly: true }).catch((error: unknown) => {
      throw isDeliveryError(error) ? lookupError(error.kind, this.section, error.message) : error;
    });
    const kind = this.classify(response);
    if (kind === 'response') return response;
    if (kind === 'notFound') return undefined;
    throw kind;
  }
}
