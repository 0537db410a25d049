import { AxiosHeaders, type AxiosAdapter } from 'axios';
import type { HttpRequest } from '@patchbay/plugin-sdk';
import type { Dispatcher } from 'undici';
import { ACCEPTED_ENCODINGS, decodedBody } from './answer-body.js';
import type { Exchange } from './exchange.js';
import { flatHeaders } from './flat-headers.js';

/**
 * Lets axios send over an {@link Exchange}. axios's own adapter takes ten times the processor time of a request, and does
 * not tell how far a failed one came.
 */
export function undiciAdapter(
  exchange: Exchange,
  dispatcher: Dispatcher,
  method: HttpRequest['method'],
  url: URL,
): AxiosAdapter {
  return async (config) => {
    const given: unknown = config.data;
    const body = typeof given === 'string' || Buffer.isBuffer(given) ? given : undefined;
    const headers: Record<string, string> = { ...flatHeaders(config.headers), 'accept-encoding': ACCEPTED_ENCODINGS };
    if (body === undefined) delete headers['content-type'];
    const answer = await exchange.start(dispatcher, { method, url, headers, body });
    return {
      data: await decodedBody(answer.body, answer.headers['content-encoding']),
      status: answer.status,
      statusText: '',
      headers: new AxiosHeaders(answer.headers),
      config,
    };
  };
}
