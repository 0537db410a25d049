import { describe, expect, it } from '@jest/globals';
import { unknownPaths } from './event-paths.js';

describe('unknownPaths', () => {
  it.each([
    ['pointsIssued', 'data.totalPointsIssued'],
    ['pointsIssued', 'data.regularPointsBreakup.0.points'],
    ['pointsIssued', 'data.loyaltyProgramDetails.name'],
    ['*', 'data.totalPointsRedeemed'],
    ['pointsIssued', 'recipient.phone'],
    ['pointsIssued', 'data'],
  ])('knows the path of %s: %s', (type, path) => {
    expect(unknownPaths([path], type, {})).toEqual([]);
  });

  it.each([
    ['pointsIssued', 'data.totalPointsIssed'],
    ['pointsIssued', 'data.totalPointsRedeemed'],
    ['pointsIssued', 'data.loyaltyProgramDetails.title'],
    ['*', 'data.noSuchField'],
  ])('reports a path that %s does not have: %s', (type, path) => {
    expect(unknownPaths([path], type, {})).toEqual([path]);
  });

  it('uses the sample of a type that the catalogue does not have', () => {
    const samples = { voucherPrinted: { voucher: { code: 'A', lines: [{ text: 'x' }] } } };
    expect(unknownPaths(['data.voucher.code', 'data.voucher.lines.0.text'], 'voucherPrinted', samples)).toEqual([]);
    expect(unknownPaths(['data.voucher.name'], 'voucherPrinted', samples)).toEqual(['data.voucher.name']);
  });
});
