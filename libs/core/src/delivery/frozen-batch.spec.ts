import { describe, expect, it } from '@jest/globals';
import type { LastBatch } from './batch-place.js';
import type { AttemptOutcome } from './delivery.js';
import { DISSOLVED, isFrozen, isWhole, outcomeWithProblems } from './frozen-batch.js';

const member = (index: number, batch: Partial<LastBatch> = {}, lost = true) => ({
  messaging: { lost, batch: { id: 'batch-1', index, size: 3, isFrozen: true, ...batch } },
  pendingSince: null,
});

describe('a frozen batch', () => {
  it('has members whose answer was lost, of a plugin that is idempotent per batch', () => {
    expect(isFrozen(member(0))).toBe(true);
    expect(isFrozen(member(0, {}, false))).toBe(false);
    expect(isFrozen(member(0, { isFrozen: false }))).toBe(false);
    expect(isFrozen({ messaging: { lost: true }, pendingSince: null })).toBe(false);
    expect(isFrozen({ messaging: null, pendingSince: null })).toBe(false);
    expect(isFrozen({ ...member(0), pendingSince: 1 })).toBe(false);
  });

  it('is whole with all members of the call in their order', () => {
    expect(isWhole([member(0), member(1), member(2)])).toBe(true);
    expect(isWhole([member(0), member(2)])).toBe(false);
    expect(isWhole([member(1), member(0), member(2)])).toBe(false);
    expect(isWhole([member(0), member(1, { id: 'batch-2' }), member(2)])).toBe(false);
    expect(isWhole([])).toBe(false);
  });

  it('dissolves if a message of the batch will never be sent', () => {
    const waits: AttemptOutcome = { kind: 'deferred', until: 5, message: 'quiet hours' };
    const refused: AttemptOutcome = { kind: 'suppressed', message: 'opt_out' };
    expect(outcomeWithProblems([waits, refused])).toBe(DISSOLVED);
    expect(outcomeWithProblems([{ kind: 'mapping', message: 'no text' }])).toBe(DISSOLVED);
  });

  it('waits together until the last member may be sent', () => {
    const until = (at: number): AttemptOutcome => ({ kind: 'deferred', until: at, message: 'quiet hours' });
    expect(outcomeWithProblems([until(5), until(9), until(7)])).toMatchObject({ kind: 'deferred', until: 9 });
    const failed: AttemptOutcome = { kind: 'transient', message: 'the look-up failed' };
    expect(outcomeWithProblems([failed, until(9)])).toBe(failed);
  });
});
