import { describe, expect, it } from '@jest/globals';
import type { Json } from '@patchbay/plugin-sdk';
import { safeValue, type SafeType } from './safe-value.js';

const kept = (type: SafeType, value: Json): Json | undefined => safeValue(type, value, () => 'hashed');

describe('safeValue', () => {
  it.each<[SafeType, Json]>([
    ['number', 120],
    ['number', null],
    ['flag', false],
    ['decimal', '3000.000'],
    ['decimal', '-25'],
    ['decimal', ''],
    ['moment', 1_747_632_535_590],
    ['moment', '2025-06-18'],
    ['moment', '2025-06-18T05:28:55Z'],
    ['moment', '2025-06-18T05:28:55.123+05:30'],
    ['moment', '2024-08-05 01:30:00'],
    ['word', 'Gold'],
    ['word', 'Buy 2 @ 50 + 1 free'],
    ['identifier', 700_100_201],
    ['identifier', '919812345670'],
    ['identifier', 'BILL-20250618-17'],
    ['foreignIdentifier', '/shop/eu'],
  ])('%s keeps %j', (type, value) => expect(kept(type, value)).toBe(value));

  it.each<[SafeType, Json]>([
    ['number', '919812345670'],
    ['number', '5'],
    ['number', true],
    ['number', { points: 5 }],
    ['flag', 'asha@example.com'],
    ['flag', 1],
    ['decimal', '919812345670'],
    ['decimal', '+919812345670'],
    ['decimal', 'Asha'],
    ['moment', '919812345670'],
    ['moment', 'asha@example.com'],
    ['moment', '2025-06-18 919812345670'],
    ['moment', '2025-06-18T05:28:55Z Asha'],
    ['word', 'asha@example.com'],
    ['word', 'call +91 98123 45670'],
    ['word', 919_812_345_670],
    ['identifier', true],
    ['identifier', ['919812345670']],
  ])('%s removes %j', (type, value) => expect(kept(type, value)).toBeUndefined());

  it.each<[SafeType, Json]>([
    ['identifier', 'asha@example.com'],
    ['identifier', '+919812345670'],
    ['foreignIdentifier', '919812345670'],
    ['foreignIdentifier', 919_812_345_670],
  ])('%s hashes %j', (type, value) => expect(kept(type, value)).toBe('hashed'));
});
