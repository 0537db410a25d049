import { describe, expect, it } from '@jest/globals';
import { letterOf } from './letter-of';

describe('the letter of a key', () => {
  it.each([
    ['US', { key: 'j', code: 'KeyJ', shiftKey: false }, 'j'],
    ['US', { key: '?', code: 'Slash', shiftKey: true }, '?'],
    ['German', { key: '/', code: 'Digit7', shiftKey: true }, '/'],
    ['Arabic', { key: 'ت', code: 'KeyJ', shiftKey: false }, 'j'],
    ['Arabic', { key: 'ظ', code: 'Slash', shiftKey: false }, '/'],
    ['Arabic', { key: '؟', code: 'Slash', shiftKey: true }, '?'],
    ['Arabic', { key: 'ج', code: 'BracketLeft', shiftKey: false }, '['],
    ['any', { key: 'Enter', code: 'Enter', shiftKey: false }, 'Enter'],
  ])('comes from the layout if it is Latin, else from the position: %s %j', (_layout, pressed, letter) => {
    expect(letterOf(pressed)).toBe(letter);
  });
});
