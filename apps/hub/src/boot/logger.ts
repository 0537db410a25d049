import { writeSync } from 'node:fs';
import type { LoggerService } from '@nestjs/common';
import { pino, stdTimeFunctions, type Logger } from 'pino';
import { BufferedLogWriter } from './buffered-log-writer.js';

/**
 * Field names that may hold a secret or a personal value. The code must not log such fields; redaction is a second
 * safeguard.
 */
const REDACTED_NAMES = [
  'authorization',
  'password',
  'token',
  'secret',
  'apiKey',
  'credentials',
  'headers',
  'body',
  'data',
  'message.to',
  'recipient',
  'phone',
  'email',
];

/** Maximum time without progress when the process flushes its log at exit, in milliseconds. */
const EXIT_TIMEOUT_MS = 5_000;

/**
 * Creates a logger that writes one JSON line per entry to standard output. Lines of one event loop turn are written at
 * once. Fields whose names suggest secrets or personal data are redacted.
 */
export function createLogger(level: string, destination: { write(line: string): void } = standardOutput()): Logger {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: [...REDACTED_NAMES, ...REDACTED_NAMES.map((name) => `*.${name}`)], censor: '[redacted]' },
    serializers: { err: describeError },
    hooks: { streamWrite: escapeControls },
  };
  return pino(options, destination);
}

/**
 * Creates the writer of standard output. It flushes when the process ends normally, by an error or by `process.exit`.
 */
function standardOutput(): BufferedLogWriter {
  const { fd } = process.stdout;
  const lines = new BufferedLogWriter((bytes) => writeSync(fd, bytes));
  process.once('exit', () => lines.flushSync(EXIT_TIMEOUT_MS));
  return lines;
}

/**
 * Control characters that JSON does not escape. Terminals and log viewers interpret them as escape sequences or line
 * breaks.
 */
const CONTROL_CHARACTERS = /[\u007f-\u009f\u2028\u2029]/g;

function escapeControls(line: string): string {
  return line.replace(CONTROL_CHARACTERS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Selects the logged fields of an error. Its other properties are omitted, because they may hold a request or a row.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { type: error.name, message: error.message, ...code, stack: error.stack };
}

/** Adapts our logger for Nest. Nest logs every module and route with `log`, so these lines get level `debug`. */
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
