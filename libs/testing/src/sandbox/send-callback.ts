import { request } from 'node:http';
import type { CallbackCall } from './sandbox-definition.js';

const TIMEOUT_MS = 15_000;

/**
 * Sends a status callback as the vendor would, and resolves with the status of the response.
 *
 * Supports plain HTTP only, because a sandbox calls a hub on the same machine.
 */
export function sendCallback(call: CallbackCall): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      call.url,
      {
        method: call.method,
        headers: { ...call.headers, 'content-length': Buffer.byteLength(call.body) },
        timeout: TIMEOUT_MS,
        agent: false,
      },
      (response) => {
        response.resume();
        response.once('end', () => {
          resolve(response.statusCode ?? 0);
        });
        response.once('error', reject);
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error('The callback got no response in time.')));
    outgoing.once('error', reject);
    outgoing.end(call.body);
  });
}
