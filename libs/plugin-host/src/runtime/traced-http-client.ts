import type { CallTrace } from '@patchbay/core';
import { isDeliveryError, type HttpClient } from '@patchbay/plugin-sdk';

/**
 * Returns a client whose requests have spans.
 * @param recordedUrl returns a URL without its query, ids and sensitive values
 */
export function tracedHttpClient(http: HttpClient, trace: CallTrace, recordedUrl: (url: string) => string): HttpClient {
  const traced = async <T>(method: string, url: string, send: () => Promise<T>, statusOf: (answer: T) => number) => {
    // A plugin in plain JavaScript may pass any value as URL. The client refuses it.
    const span = trace.beginRequest(method, typeof url === 'string' ? recordedUrl(url) : '');
    try {
      const answer = await send();
      span.answered(statusOf(answer));
      return answer;
    } catch (error) {
      const known = isDeliveryError(error) ? error : undefined;
      span.failed(known?.kind ?? 'internal_error', known?.response?.status);
      throw error;
    }
  };
  return {
    send: (request) =>
      traced(
        request.method,
        request.url,
        () => http.send(request),
        ({ status }) => status,
      ),
    exchange: (request) =>
      traced(
        request.method,
        request.url,
        () => http.exchange(request),
        ({ status }) => status,
      ),
    // A download resolves only after a 2xx status, and does not return it.
    download: (request) =>
      traced(
        'GET',
        request.url,
        () => http.download(request),
        () => 200,
      ),
  };
}
