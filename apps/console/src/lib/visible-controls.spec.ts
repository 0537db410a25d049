import { describe, expect, it } from '@jest/globals';
import { textParts } from './visible-controls';

describe('textParts', () => {
  it('shows hidden characters as tokens between the visible parts', () => {
    expect(textParts('a\u202eb\u0000')).toEqual([
      { text: 'a', isHidden: false },
      { text: 'U+202E', isHidden: true },
      { text: 'b', isHidden: false },
      { text: 'U+0000', isHidden: true },
    ]);
  });

  it('keeps tabs, line feeds and all visible text', () => {
    expect(textParts('a\tb\nعربي')).toEqual([{ text: 'a\tb\nعربي', isHidden: false }]);
    expect(textParts('')).toEqual([]);
  });
});
