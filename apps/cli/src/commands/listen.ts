import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { wholeNumber } from './whole-number.js';

const BODY_LIMIT_BYTES = 1_048_576;
const PRINTED_CHARACTERS = 10_000;
/** Headers of a Standard Webhooks request. A receiver needs them to check the signature of the request. */
const PRINTED_HEADERS = ['content-type', 'webhook-id', 'webhook-timestamp', 'webhook-signature'];

interface ListenOptions {
  readonly port: number;
  readonly status: number;
  readonly count: number;
  readonly json?: boolean;
}

/** Adds the command `patchbay listen`: a webhook receiver for trying out a brand file. */
export function addListen(program: Command, context: CliContext): void {
  program
    .command('listen')
    .option('--port <port>', 'port on 127.0.0.1; 0 for any free port', wholeNumber(0, 65_535), 4_000)
    .option('--status <code>', 'response status, for example 503 to see retries', wholeNumber(200, 599), 204)
    .option('--count <n>', 'end after this many requests', wholeNumber(1, 1_000_000), Infinity)
    .option('--json', 'print one JSON document per request')
    .description('Receive webhooks on this machine and print them. Ends with Ctrl-C.')
    .action((options: ListenOptions) => listen(options, new Reporter(context, options.json === true)));
}

/** Resolves after `count` requests. Rejects with a CliError if the port cannot be used. */
function listen({ port, status, count }: ListenOptions, reporter: Reporter): Promise<void> {
  let received = 0;
  return new Promise((resolve, reject) => {
    const server: Server = createServer((request, response) => {
      void answer(request, response, status, reporter).then((isComplete) => {
        if (isComplete) received += 1;
        if (received < count) return;
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
      });
    });
    server.once('error', (error) => {
      reject(new CliError(`Port ${port} cannot be used: ${error.message}.`, 'Choose another port with --port.'));
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const used = address !== null && typeof address === 'object' ? address.port : port;
      reporter.line(`Listening on http://127.0.0.1:${used}. The hub needs PATCHBAY_EGRESS_ALLOW=127.0.0.1/32.`);
    });
  });
}

/** Prints a request and answers it. Returns false if the request was too large or ended early. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  reporter: Reporter,
): Promise<boolean> {
  const body = await readBody(request);
  if (body === null) {
    response.writeHead(413, { connection: 'close' }).end();
    return false;
  }
  const headers = PRINTED_HEADERS.flatMap((name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  reporter.document({
    method: request.method,
    path: request.url,
    headers: Object.fromEntries(headers),
    body: body.toString(),
  });
  reporter.line(`\n${printable(`${request.method ?? ''} ${request.url ?? ''}`)}`);
  for (const [name, value] of headers) reporter.line(`${name}: ${printable(value)}`);
  if (body.length > 0) reporter.line(printable(body.toString(), PRINTED_CHARACTERS));
  const ended = new Promise<void>((resolve) => response.once('close', resolve));
  response.writeHead(status, { connection: 'close' }).end();
  await ended;
  return true;
}

/** Reads the body of a request. Returns null if the body is over the limit or the sender has disconnected. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > BODY_LIMIT_BYTES) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks);
}
