import { isBlank, textInput } from './text-input.js';

const KEPT = 4;

/** Stars for all but the last four characters; a text of four or fewer becomes stars altogether. */
export function mask(value: unknown): unknown {
  if (isBlank(value)) return value;
  const characters = [...textInput('mask', value)];
  if (characters.length <= KEPT) return '*'.repeat(characters.length);
  return '*'.repeat(characters.length - KEPT) + characters.slice(-KEPT).join('');
}
