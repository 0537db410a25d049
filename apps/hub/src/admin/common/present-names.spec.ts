import { describe, expect, it } from '@jest/globals';
import { mapFields } from './present-names.js';

describe('mapFields', () => {
  it('maps the texts of the fields in lists and objects, and nothing else', () => {
    const view = {
      nextCursor: null,
      made: 'c',
      data: [{ by: 'a', other: 'a' }, { nested: { by: 'b', made: null } }],
    };
    const mapped = mapFields(view, ['by', 'made'], (text) => `${text}!`);
    expect(mapped).toEqual({
      nextCursor: null,
      made: 'c!',
      data: [{ by: 'a!', other: 'a' }, { nested: { by: 'b!', made: null } }],
    });
  });
});
