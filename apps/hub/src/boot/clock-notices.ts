import type { ClockNotices } from '@patchbay/database';
import type { Logger } from 'pino';

/** Logs clock changes that an operator should know. */
export function clockNotices(logger: Logger): ClockNotices {
  return {
    offsetChanged: (offsetMs) =>
      logger.warn(
        { offsetMs },
        'host clock differs from the PostgreSQL clock, which the hub uses: synchronise both by NTP',
      ),
    stepped: (stepMs) =>
      logger.warn(
        { stepMs },
        'PostgreSQL clock jumped against monotonic time, because it was set or this host was suspended',
      ),
  };
}
