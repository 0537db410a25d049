import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCli } from '../testing/run-cli.js';
import { freePort, hubPort } from './demo-port.js';

let server: Server;
let usedPort: number;
beforeAll(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  usedPort = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

describe('the port of the demo', () => {
  it('is the requested port', async () => {
    const free = await freePort(0);
    expect(await hubPort(free)).toBe(free);
  });

  it('is another port only if no port is requested', async () => {
    expect(await freePort(usedPort)).not.toBe(usedPort);
    await expect(hubPort(usedPort)).rejects.toThrow(`Port ${usedPort} cannot be used.`);
  });

  it.each(['65536', '-1', 'x', ''])('is refused if it is "%s"', async (port) => {
    expect(await runCli(['demo', `--port=${port}`])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('Use a whole number from 0 to 65535.'),
    });
  });
});
