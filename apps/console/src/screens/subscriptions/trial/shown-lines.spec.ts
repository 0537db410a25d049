import { describe, expect, it } from '@jest/globals';
import { shownLines } from './shown-lines';

const message = (body: string): { destination: string; message: Record<string, unknown>; problems: [] } => ({
  destination: 'sms',
  message: { to: 'x', body },
  problems: [],
});

describe('shownLines', () => {
  it('shows the changed fields of both messages', () => {
    expect(shownLines({ before: message('old'), after: message('new'), changed: ['message.body'] })).toEqual([
      { side: 'before', line: 'old' },
      { side: 'after', line: 'new' },
    ]);
  });

  it('shows the text of a message that is new or gone', () => {
    expect(shownLines({ before: null, after: message('new'), changed: [] })).toEqual([{ side: 'after', line: 'new' }]);
    expect(shownLines({ before: message('old'), after: null, changed: [] })).toEqual([{ side: 'before', line: 'old' }]);
  });
});
