import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** HTTP server in its own thread, which responds while the event loop of the test is blocked. */
export interface AnsweringThread {
  readonly url: string;
  /** Responds to one request: to a waiting request, or else to the next request. */
  allow(): void;
  /** Resolves when the next complete request has arrived. */
  arrival(): Promise<void>;
  /**
   * Responds to one request and blocks this thread until the response was written, plus `thenMs` milliseconds. When
   * this function returns, this thread has not yet read any byte of the response. Throws if no response is written
   * within 20 seconds.
   */
  blockUntilAnswered(thenMs: number): void;
  close(): Promise<void>;
}

/** Indexes in the shared memory: allowed responses, and sent responses. */
const [ALLOWED, GIVEN] = [0, 1];

const SERVER = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const cells = new Int32Array(workerData);
  let begun = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      parentPort.postMessage('arrived');
      begun += 1;
      for (let allowed = 0; allowed < begun; allowed = Atomics.load(cells, ${ALLOWED})) {
        Atomics.wait(cells, ${ALLOWED}, allowed, 50);
      }
      response.on('finish', () => {
        Atomics.add(cells, ${GIVEN}, 1);
        Atomics.notify(cells, ${GIVEN});
      });
      response.end('{}');
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/**
 * Starts a server on a free port of 127.0.0.1. The server responds to a request only after a call of `allow`, with 200
 * and an empty object.
 */
export async function startAnsweringThread(): Promise<AnsweringThread> {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(SERVER, { eval: true, workerData: cells.buffer });
  const port = await new Promise<unknown>((resolve) => worker.once('message', resolve));
  const allow = (): void => {
    Atomics.add(cells, ALLOWED, 1);
    Atomics.notify(cells, ALLOWED);
  };
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    allow,
    arrival: async () => {
      await once(worker, 'message');
    },
    blockUntilAnswered: (thenMs) => {
      const given = Atomics.load(cells, GIVEN);
      allow();
      if (Atomics.wait(cells, GIVEN, given, 20_000) === 'timed-out')
        throw new Error('The server sent no response within 20 seconds.');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, thenMs);
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
