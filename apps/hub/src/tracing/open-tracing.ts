import type { HubEnvironment } from '@patchbay/config';
import type { Logger } from 'pino';
import type { Tracing } from './hub-traces.js';

/** Opens the tracing of a process. Loads OpenTelemetry only if tracing is on. Null if tracing is off. */
export async function openTracing(
  { tracing, role }: Pick<HubEnvironment, 'tracing' | 'role'>,
  logger: Logger,
): Promise<Tracing | null> {
  if (tracing === undefined) return null;
  const { startSdk } = await import('./sdk/start-sdk.js');
  return startSdk(tracing, role, logger);
}
