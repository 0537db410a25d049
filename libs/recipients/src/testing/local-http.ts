import { closeConnections, createEgressPolicy, createHttpClient } from '@patchbay/http';
import type { HttpClient } from '@patchbay/plugin-sdk';

/** The hub's HTTP client, with permission to call this machine. */
export interface LocalHttp {
  readonly http: HttpClient;
  close(): void;
}

export function localHttp(allow = '127.0.0.1/32'): LocalHttp {
  const egress = createEgressPolicy(allow);
  const http = createHttpClient({ egress, signal: new AbortController().signal, timeoutMs: 10_000 });
  return { http, close: () => closeConnections(egress) };
}
