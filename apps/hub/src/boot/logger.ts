import { writeSync } from 'node:fs';
import { pino, stdTimeFunctions, type Logger } from 'pino';
import { BufferedLogWriter } from './buffered-log-writer.js';

/** Names under which a secret or a personal value could slip into a log line. The rule is not to log them at all. */
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

/** At its end a process waits this long, in milliseconds, for a reader of its log that takes nothing. */
const EXIT_TIMEOUT_MS = 5_000;

/**
 * One JSON line an entry, to standard output, those of one turn of the event loop together. What looks like a secret or like
 * personal data is cut out.
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

/** Also what was logged last is written where the process ends by itself, by an error or by `process.exit`. */
function standardOutput(): BufferedLogWriter {
  const { fd } = process.stdout;
  const lines = new BufferedLogWriter((bytes) => writeSync(fd, bytes));
  process.once('exit', () => lines.flushSync(EXIT_TIMEOUT_MS));
  return lines;
}

/** JSON lets them pass, and a terminal or a log viewer acts upon them: as escape sequences, as ends of lines. */
const CONTROL_CHARACTERS = /[\u007f-\u009f\u2028\u2029]/g;

function escapeControls(line: string): string {
  return line.replace(CONTROL_CHARACTERS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What is told of an error: never its properties, which may hold a request or a row. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { type: error.name, message: error.message, ...code, stack: error.stack };
}
