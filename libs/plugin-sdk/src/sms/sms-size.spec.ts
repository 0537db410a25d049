import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fitSms, smsSize, smsText } from './sms-size.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
process.stderr.write(`sms-size.spec: FC_SEED=${seed}\n`);

describe('smsSize', () => {
  it.each([
    ['a'.repeat(160), 'gsm7', 1],
    ['a'.repeat(161), 'gsm7', 2],
    ['a'.repeat(306), 'gsm7', 2],
    ['a'.repeat(307), 'gsm7', 3],
    ['€'.repeat(80), 'gsm7', 1],
    // An escaped character that does not fit into the last septet of a segment moves to the next segment.
    [`${'a'.repeat(152)}€${'a'.repeat(151)}`, 'gsm7', 2],
    [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 'gsm7', 3],
    ['नमस्ते'.repeat(11), 'ucs2', 1],
    ['ı'.repeat(70), 'ucs2', 1],
    ['ı'.repeat(71), 'ucs2', 2],
    // The emoji would be split at the end of a segment, so it moves to the next segment.
    [`${'ı'.repeat(66)}🎉${'ı'.repeat(65)}`, 'ucs2', 2],
    [`${'ı'.repeat(66)}🎉${'ı'.repeat(66)}`, 'ucs2', 3],
    ['', 'gsm7', 1],
  ])('counts %#', (text, encoding, segments) => {
    expect(smsSize(text)).toMatchObject({ encoding, segments });
  });

  it.each([
    ['a'.repeat(160), { characters: 160, segments: 1, perSegment: 160 }],
    ['a'.repeat(161), { characters: 161, segments: 2, perSegment: 153 }],
    ['ع'.repeat(70), { characters: 70, segments: 1, perSegment: 70 }],
    ['ع'.repeat(71), { characters: 71, segments: 2, perSegment: 67 }],
    ['€', { characters: 2, segments: 1, perSegment: 160 }],
    ['🎉', { characters: 2, segments: 1, perSegment: 70 }],
  ])('counts the units of %#', (text, size) => {
    expect(smsSize(text)).toMatchObject(size);
  });
});

describe('fitSms', () => {
  it('keeps a text that fits, and cuts a longer text at a word', () => {
    expect(fitSms('You earned 20 points', 1)).toBe('You earned 20 points');
    const long = `You earned 120 points. ${'Thank you for shopping with us. '.repeat(6)}`;
    const short = fitSms(long, 1);
    expect(short).toMatch(/ (Thank|you|for|shopping|with|us\.)\.\.\.$/);
    expect(short.length).toBeGreaterThan(145);
    expect(smsSize(short)).toMatchObject({ encoding: 'gsm7', segments: 1 });
  });

  it('cuts inside a word that is too long, but never inside a character', () => {
    expect(fitSms('x'.repeat(500), 1)).toBe(`${'x'.repeat(157)}...`);
    expect(fitSms('👩‍👩‍👧'.repeat(50), 1)).toMatch(/^(👩‍👩‍👧)+\.\.\.$/u);
  });

  it('returns a text that fits for any input', () => {
    const anything = fc.array(fc.constantFrom('a', ' ', '€', 'ı', '🎉', '\n', 'word ', 'é', '👍🏽'), { maxLength: 900 });
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 4 }), (parts, most) => {
        const text = parts.join('');
        const short = fitSms(text, most);
        expect(smsSize(short).segments).toBeLessThanOrEqual(most);
        expect(short === text || short.endsWith('...')).toBe(true);
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe('smsText', () => {
  const stop = 'Reply STOP to opt out';

  it('keeps a text unchanged without settings', () => {
    expect(smsText('x'.repeat(1_000), {})).toBe('x'.repeat(1_000));
  });

  it('cuts the text before the unsubscribe text, never the unsubscribe text', () => {
    expect(smsText('Only today', { unsubscribeText: stop })).toBe(`Only today ${stop}`);
    const short = smsText('Only today 20 percent off. '.repeat(10), { maxSegments: 1, unsubscribeText: stop });
    expect(short).toMatch(/^Only today 20 .* (Only|today|20|percent|off\.)\.\.\. Reply STOP to opt out$/);
    expect(smsSize(short)).toMatchObject({ encoding: 'gsm7', segments: 1 });
  });

  it('counts the unsubscribe text: an Arabic one makes every character wider', () => {
    const short = smsText('a'.repeat(160), { maxSegments: 1, unsubscribeText: 'للإلغاء STOP' });
    expect(short).toBe(`${'a'.repeat(54)}... للإلغاء STOP`);
  });
});
