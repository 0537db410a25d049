import { createHash } from 'node:crypto';
import { isBlank, textInput } from './text-input.js';

/** Computes SHA-256 of the text (UTF-8) in lower-case hex. Trim and `downcase` first if the receiver does. */
export function hash(value: unknown): unknown {
  return isBlank(value) ? value : createHash('sha256').update(textInput('hash', value), 'utf8').digest('hex');
}
