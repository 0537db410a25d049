import { createAxios } from '@patchbay/http';
import type { DestinationContext, HttpClient } from '@patchbay/plugin-sdk';
import { realTime } from '../sandbox/real-time.js';

/** Values of a destination, and the function that answers its requests. */
export interface ContextParts<C extends object, S extends object> {
  readonly credentials: C;
  readonly settings: S;
  readonly exchange: HttpClient['exchange'];
}

/**
 * Returns a context whose requests a spec answers itself, for addresses that no sandbox can have. Tokens, locks, AWS
 * credentials and services fail.
 */
export function contextOver<C extends object, S extends object>({
  credentials,
  settings,
  exchange,
}: ContextParts<C, S>): DestinationContext<C, S> {
  const http: HttpClient = { send: exchange, exchange, download: unused };
  return {
    credentials,
    settings,
    http,
    axios: createAxios(http),
    connections: { get: unused },
    logger: { info: ignore, warn: ignore },
    now: realTime,
    signal: new AbortController().signal,
    lock: unused,
    token: unused,
    accessToken: unused,
    awsCredentials: unused,
    get: () => {
      throw new Error(ONLY_SENDS);
    },
  };
}

const ONLY_SENDS = 'A context of `contextOver` only sends requests. Use a PluginBench.';

function unused(): Promise<never> {
  return Promise.reject(new Error(ONLY_SENDS));
}

function ignore(): void {
  // The spec reads no log lines.
}
