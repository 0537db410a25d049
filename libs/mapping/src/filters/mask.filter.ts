import { isBlank, textInput } from './text-input.js';

const KEPT = 4;

/**
 * Replaces all characters of a text except the last four by stars. If the text has at most four characters, replaces
 * all of them.
 */
export function mask(value: unknown): unknown {
  if (isBlank(value)) return value;
  const characters = [...textInput('mask', value)];
  if (characters.length <= KEPT) return '*'.repeat(characters.length);
  return '*'.repeat(characters.length - KEPT) + characters.slice(-KEPT).join('');
}
