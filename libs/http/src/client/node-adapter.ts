import { AxiosHeaders, type AxiosAdapter } from 'axios';
import { ACCEPTED_ENCODINGS, readAnswer } from './answer-body.js';
import type { Exchange } from './exchange.js';
import { flatHeaders } from './flat-headers.js';

/**
 * Lets axios send over an {@link Exchange}. axios's own adapter takes three times the processor time of a request, and
 * does not tell how far a failed one came.
 */
export function nodeAdapter(exchange: Exchange, url: URL): AxiosAdapter {
  return async (config) => {
    const method = config.method?.toUpperCase() ?? 'GET';
    const given: unknown = config.data;
    const body = typeof given === 'string' || Buffer.isBuffer(given) ? given : undefined;
    const headers: Record<string, string | number> = {
      ...flatHeaders(config.headers),
      'accept-encoding': ACCEPTED_ENCODINGS,
    };
    if (body !== undefined) headers['content-length'] = Buffer.byteLength(body);
    else {
      delete headers['content-type'];
      if (method !== 'GET') headers['content-length'] = 0;
    }
    const answer = await exchange.start({ method, url, headers, body });
    return {
      data: await readAnswer(answer),
      status: answer.statusCode ?? 0,
      statusText: answer.statusMessage ?? '',
      headers: new AxiosHeaders(flatHeaders(answer.headers)),
      config,
    };
  };
}
