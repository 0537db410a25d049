import { describe, expect, it } from '@jest/globals';
import { OpenClaims } from './open-claims.js';

const held = (token: string, ...ids: string[]): { id: string; token: string }[] => ids.map((id) => ({ id, token }));

describe('OpenClaims', () => {
  it('says once that a claim came to its end, when nothing of it is in hand', () => {
    const claims = new OpenClaims();
    claims.begin('one', ['a', 'b']);
    claims.begin('two', ['c']);
    claims.settle(held('one', 'a'));
    expect(claims.takeEnded()).toEqual([]);
    claims.settle([...held('one', 'b'), ...held('two', 'c')]);
    expect(claims.takeEnded()).toEqual(['one', 'two']);
    expect(claims.takeEnded()).toEqual([]);
  });

  it('counts a delivery that is settled twice once, and only under its own claim', () => {
    const claims = new OpenClaims();
    claims.begin('one', ['a', 'b']);
    claims.settle(held('one', 'a', 'a'));
    claims.settle(held('two', 'b'));
    expect(claims.takeEnded()).toEqual([]);
  });

  it('never says so of a claim of nothing, or of one that it lost sight of', () => {
    const claims = new OpenClaims();
    claims.begin('nothing', []);
    claims.begin('lost', ['a']);
    claims.abandon('lost');
    claims.settle(held('lost', 'a'));
    expect(claims.takeEnded()).toEqual([]);
  });

  it('loses sight of the oldest where there are far too many', () => {
    const claims = new OpenClaims();
    for (let i = 0; i <= 10_000; i += 1) claims.begin(`claim-${i}`, ['a']);
    claims.settle([...held('claim-0', 'a'), ...held('claim-1', 'a')]);
    expect(claims.takeEnded()).toEqual(['claim-1']);
  });
});
