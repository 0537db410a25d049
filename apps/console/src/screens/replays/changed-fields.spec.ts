import { describe, expect, it } from '@jest/globals';
import { changedFields } from './changed-fields';

const version = (message: Record<string, unknown>) => ({ version: 1, destination: 'sms', message, problems: [] });

describe('the fields that the current mapping makes differently', () => {
  it('are shown with both values', () => {
    const difference = {
      recorded: version({ body: 'old', to: '1' }),
      current: version({ body: 'new', data: { points: 2 } }),
      changed: ['message.body', 'message.to', 'message.data'],
    };
    expect(changedFields(difference)).toEqual([
      { path: 'message.body', before: 'old', after: 'new' },
      { path: 'message.to', before: '1', after: '–' },
      { path: 'message.data', before: '–', after: '{"points":2}' },
    ]);
  });

  it('are none without a difference, and have no value in a version that does not exist', () => {
    expect(changedFields(null)).toEqual([]);
    const difference = { recorded: null, current: version({ body: 'new' }), changed: ['message.body'] };
    expect(changedFields(difference)).toEqual([{ path: 'message.body', before: '–', after: 'new' }]);
  });
});
