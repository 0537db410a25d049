import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** An HTTP server in a thread of its own, which answers while the event loop of the test stands still. */
export interface AnsweringThread {
  readonly url: string;
  /** Answers one request, the one that waits or the next. */
  allow(): void;
  /** Resolves when the next request has arrived whole. */
  arrival(): Promise<void>;
  /**
   * Answers one request, and blocks this thread until the answer was handed to the system and so many milliseconds more
   * have passed. When it returns, nothing of the answer was read. Throws if no answer goes out in 20 seconds.
   */
  blockUntilAnswered(thenMs: number): void;
  close(): Promise<void>;
}

/** Cells of the shared memory: answers that are allowed, and answers that were given. */
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

/** Starts a server on 127.0.0.1 and a free port that answers with 200 and an empty object, when it is allowed to. */
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
      if (Atomics.wait(cells, GIVEN, given, 20_000) === 'timed-out') throw new Error('the server did not answer');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, thenMs);
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
