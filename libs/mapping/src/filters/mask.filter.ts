import { isBlank, textInput } from './text-input.js';

const KEPT = 4;

/** Replaces all characters except the last four by stars. Replaces all characters of a text with at most four. */
export function mask(value: unknown): unknown {
  if (isBlank(value)) return value;
  const characters = [...textInput('mask', value)];
  if (characters.length <= KEPT) return '*'.repeat(characters.length);
  return '*'.repeat(characters.length - KEPT) + characters.slice(-KEPT).join('');
}
