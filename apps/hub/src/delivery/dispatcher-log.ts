import type { DispatcherLog } from '@patchbay/core';
import type { Logger } from 'pino';

/** One wide line a try: every id, the time it took, what came of it and when it goes on. */
export function dispatcherLog(logger: Logger): DispatcherLog {
  return {
    attempted: (facts) => logger.info(facts, 'delivery attempted'),
    paused: (facts) => logger.warn(facts, 'destination paused; its deliveries are held'),
    fault: (error, where) => logger.error({ err: error, where }, 'a fault of the hub; the delivery goes back'),
  };
}
