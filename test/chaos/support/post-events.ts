import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** Ingest endpoint that receives the events of a measurement. */
export interface IngestTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Posts events in one call.
 * @throws Error if the status of the response is not 202
 */
export function postEvents(target: IngestTarget, events: readonly object[]): Promise<void> {
  const body = JSON.stringify(events);
  return new Promise((resolve, reject) => {
    const call = request(
      target.url,
      {
        agent,
        method: 'POST',
        headers: { ...target.headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.on('end', () => {
          if (response.statusCode === 202) resolve();
          else reject(new Error(`The ingest endpoint answered ${response.statusCode}, but 202 was expected.`));
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
