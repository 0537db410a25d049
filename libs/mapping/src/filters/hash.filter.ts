import { createHash } from 'node:crypto';
import { isBlank, textInput } from './text-input.js';

/**
 * Computes SHA-256 of the text (UTF-8) in lower-case hex. If the receiver trims texts and converts them to lower case
 * before hashing, put `strip` and `downcase` before this filter.
 */
export function hash(value: unknown): unknown {
  return isBlank(value) ? value : createHash('sha256').update(textInput('hash', value), 'utf8').digest('hex');
}
