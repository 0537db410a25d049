import { describe, expect, it } from '@jest/globals';
import { OpenClaims } from './open-claims.js';

const leases = (token: string, ...ids: string[]): { id: string; token: string }[] => ids.map((id) => ({ id, token }));

describe('OpenClaims', () => {
  it('reports a claim as ended once, after its last delivery is settled', () => {
    const claims = new OpenClaims();
    claims.begin('one', ['a', 'b']);
    claims.begin('two', ['c']);
    claims.settle(leases('one', 'a'));
    expect(claims.takeEnded()).toEqual([]);
    claims.settle([...leases('one', 'b'), ...leases('two', 'c')]);
    expect(claims.takeEnded()).toEqual(['one', 'two']);
    expect(claims.takeEnded()).toEqual([]);
  });

  it('counts a delivery once, and only under its own claim', () => {
    const claims = new OpenClaims();
    claims.begin('one', ['a', 'b']);
    claims.settle(leases('one', 'a', 'a'));
    claims.settle(leases('two', 'b'));
    expect(claims.takeEnded()).toEqual([]);
  });

  it('does not report claims that are empty or abandoned', () => {
    const claims = new OpenClaims();
    claims.begin('empty', []);
    claims.begin('abandoned', ['a']);
    claims.abandon('abandoned');
    claims.settle(leases('abandoned', 'a'));
    expect(claims.takeEnded()).toEqual([]);
  });

  it('stops tracking the oldest claim above the maximum', () => {
    const claims = new OpenClaims();
    for (let i = 0; i <= 10_000; i += 1) claims.begin(`claim-${i}`, ['a']);
    claims.settle([...leases('claim-0', 'a'), ...leases('claim-1', 'a')]);
    expect(claims.takeEnded()).toEqual(['claim-1']);
  });
});
