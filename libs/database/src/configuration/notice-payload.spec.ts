import { describe, expect, it } from '@jest/globals';
import { noticeIn, noticePayload } from './notice-payload.js';

describe('the payload of a notice', () => {
  it('names the changed brands, unless there are many or some were deleted', () => {
    expect(noticeIn(noticePayload(7, ['a', 'b']))).toEqual({ revision: 7, brandIds: ['a', 'b'] });
    expect(noticeIn(noticePayload(7, null))).toEqual({ revision: 7 });
    const many = Array.from(
      { length: 10_000 },
      (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    );
    expect(noticeIn(noticePayload(7, many))).toEqual({ revision: 7 });
    expect(noticePayload(7, many.slice(0, 20)).length).toBeLessThan(8_000);
  });

  it.each([undefined, '', '17', 'null', '{}', '{"revision":"7"}', 'not JSON'])(
    'is not a notice if it is %j',
    (payload) => {
      expect(noticeIn(payload)).toBeNull();
    },
  );
});
