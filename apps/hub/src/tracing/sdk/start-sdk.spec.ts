import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import type { TracingSettings } from '@patchbay/config';
import { startSdk } from './start-sdk.js';

const CALL = { method: 'POST', scheme: 'http', brand: 'acme', source: 'in', traceparent: undefined };

describe('startSdk', () => {
  let server: Server | undefined;
  const requests: IncomingMessage[] = [];
  const log: string[] = [];
  const logger = pino({}, { write: (line: string) => log.push(line) });

  afterEach(async () => {
    const ended = new Promise((resolve) => server?.close(resolve));
    server?.closeAllConnections();
    await ended;
    requests.length = 0;
    log.length = 0;
  });

  /** Starts a collector with this behaviour. Returns the settings of tracing. */
  async function collector(
    protocol: TracingSettings['protocol'],
    answer: (response: ServerResponse) => void,
  ): Promise<TracingSettings> {
    server = createServer((request, response) => {
      requests.push(request);
      request.resume().on('end', () => answer(response));
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { endpoint: `http://127.0.0.1:${port}/v1/traces`, protocol, sampler: 'always_on', ratio: 1 };
  }

  async function sendSpan(settings: TracingSettings): Promise<void> {
    const tracing = await startSdk(settings, 'all', logger);
    const traces = tracing.traces(() => ({ brand: 'acme', destination: 'sms', type: 'http-sms' }), { now: () => 1 });
    const call = traces.beginIngest(CALL);
    call.markAuthenticated();
    call.end('stored');
    await tracing.shutdown();
  }

  it.each([
    ['http/protobuf', 'application/x-protobuf'],
    ['http/json', 'application/json'],
  ] as const)('sends the last spans at the shutdown by %s', async (protocol, type) => {
    await sendSpan(await collector(protocol, (response) => response.end()));
    expect(requests.map(({ url, headers }) => [url, headers['content-type']])).toEqual([['/v1/traces', type]]);
    expect(log).toEqual([expect.stringContaining('tracing started')]);
  });

  it('does not wait for a collector that does not answer', async () => {
    await sendSpan(await collector('http/json', () => undefined));
    expect(requests).toHaveLength(1);
    expect(log.at(-1)).toContain('the last spans were not sent in time');
  });

  it('logs that a collector refuses spans, and goes on', async () => {
    await sendSpan(await collector('http/json', (response) => response.writeHead(403).end()));
    expect(log.at(-1)).toContain('sending the last spans failed');
  });
});
