import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own words, in our log. Its account of every module and route is for `debug`. */
export function nestLogger(logger: Logger): LoggerService {
  return {
    log: (message: unknown) => logger.debug(String(message)),
    debug: (message: unknown) => logger.debug(String(message)),
    verbose: (message: unknown) => logger.trace(String(message)),
    warn: (message: unknown) => logger.warn(String(message)),
    error: (message: unknown) => logger.error(message instanceof Error ? { err: message } : {}, String(message)),
    fatal: (message: unknown) => logger.fatal(String(message)),
  };
}
