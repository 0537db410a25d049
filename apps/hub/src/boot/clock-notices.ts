import type { ClockNotices } from '@patchbay/database';
import type { Logger } from 'pino';

/** Writes what an operator should see of the clock to the log. */
export function clockNotices(logger: Logger): ClockNotices {
  return {
    offsetChanged: (offsetMs) =>
      logger.warn(
        { offsetMs },
        'the clock of this host differs from the clock of PostgreSQL, which the hub uses: set both by NTP',
      ),
    stepped: (stepMs) =>
      logger.warn(
        { stepMs },
        'the time of PostgreSQL moved against monotonic time: it was set, or this host stood still',
      ),
  };
}
