import { Pool } from 'undici';
import { CONCURRENCY } from '../../workload/brand-files.mjs';
import { MESSAGE_TEMPLATE } from '../../workload/message.mjs';
import { scopeOf, settings } from '../support.mjs';
import { compileValues } from './liquid-values.mjs';

const FAILED = 599;

const sink = new Pool(settings.sinkUrl, { connections: CONCURRENCY, headersTimeout: 15_000, bodyTimeout: 15_000 });
const render = compileValues(MESSAGE_TEMPLATE);

/** Sends the message of an event to a destination. Returns the status of the response, or 599 if the request failed. */
export async function send(destination, payload) {
  try {
    const { statusCode, body } = await sink.request({
      path: `/${destination}`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(render(scopeOf(payload))),
    });
    await body.dump();
    return statusCode;
  } catch (error) {
    console.error(error);
    return FAILED;
  }
}
