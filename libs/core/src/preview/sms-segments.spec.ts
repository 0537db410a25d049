import { describe, expect, it } from '@jest/globals';
import { smsSegments } from './sms-segments.js';

describe('smsSegments', () => {
  it('counts the text that is sent', () => {
    expect(smsSegments({ to: '+15005550006', body: 'a'.repeat(161) }, {})).toEqual({
      ...{ field: 'body', encoding: 'gsm7', characters: 161, segments: 2, perSegment: 153 },
    });
    expect(smsSegments({ text: 'ع'.repeat(70) }, {})).toMatchObject({ field: 'text', encoding: 'ucs2', segments: 1 });
  });

  it('applies the settings of the destination', () => {
    expect(smsSegments({ body: 'a'.repeat(500) }, { maxSegments: 1 })).toMatchObject({ segments: 1 });
    expect(smsSegments({ body: 'a' }, { unsubscribeText: 'STOP' })).toMatchObject({ characters: 6 });
  });

  it('is null for a message without a text', () => {
    expect(smsSegments({ to: '+15005550006', contentSid: 'HX1' }, {})).toBeNull();
  });
});
