import { describe, expect, it } from '@jest/globals';
import { DISABLED_REASON, holdReason } from './destination-pause.js';

const pause = { by: 'person', byName: 'ops', reason: 'Holidays.', at: 1, until: null } as const;

describe('holdReason', () => {
  it('is the reason of the pause, and first that the destination is missing from its file', () => {
    expect(holdReason({ disabled: false }, undefined)).toBeNull();
    expect(holdReason({ disabled: false }, pause)).toBe('Holidays.');
    expect(holdReason({ disabled: true }, undefined)).toBe(DISABLED_REASON);
    expect(holdReason({ disabled: true }, pause)).toBe(DISABLED_REASON);
  });
});
