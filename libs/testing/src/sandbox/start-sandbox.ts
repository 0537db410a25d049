import { createServer } from 'node:http';
import { listen, type Listening } from './listen-locally.js';
import { Sandbox } from './sandbox.js';
import type { SandboxDefinition } from './sandbox-definition.js';

/**
 * Time after which the server closes an idle connection, in milliseconds. On a busy machine, the default of 5 s would
 * close connections of the hub's client while it sends a request.
 */
const IDLE_MS = 60_000;

/** Sandbox with its own server. */
export interface StartedSandbox {
  readonly sandbox: Sandbox;
  readonly stop: () => Promise<void>;
}

/** Starts a vendor's sandbox on a free port of 127.0.0.1. The caller must stop the sandbox. */
export async function startSandbox(definition: SandboxDefinition): Promise<StartedSandbox> {
  const server = createServer({ keepAliveTimeout: IDLE_MS });
  const listening: Listening = await listen(server, 0);
  const sandbox = new Sandbox(definition, listening.url);
  server.on('request', (incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', listening.url);
    void sandbox.serve(incoming, outgoing, pathname, searchParams);
  });
  return {
    sandbox,
    stop: async () => {
      sandbox.stop();
      await listening.close();
    },
  };
}
