import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** Where a measurement's events go in. */
export interface Door {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Posts events in one call.
 * @throws Error where the answer is not 202
 */
export function postEvents(door: Door, events: readonly object[]): Promise<void> {
  const body = JSON.stringify(events);
  return new Promise((resolve, reject) => {
    const call = request(
      door.url,
      {
        agent,
        method: 'POST',
        headers: { ...door.headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.on('end', () => {
          if (response.statusCode === 202) resolve();
          else reject(new Error(`The door answered ${response.statusCode}.`));
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
