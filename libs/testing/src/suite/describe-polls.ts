import { describe, expect, it } from '@jest/globals';
import type { AttemptOutcome } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { answer } from '../sandbox/index.js';
import type { PluginBench, TryOptions } from './plugin-bench.js';
import type { SuiteContext } from './suite-context.js';

const MOST_POLLS = 50;

/** Messages that the vendor has before it decides about them. */
export function describePolls({ bench, sandbox, hasPoll }: SuiteContext): void {
  const { polls } = sandbox;
  describe('what the vendor decides later', () => {
    it('is asked for where the vendor does so, and nowhere else', () => {
      expect(polls !== undefined).toBe(hasPoll);
    });
    if (!polls) return;
    const later = (message?: JsonObject): TryOptions => ({
      settings: { ...bench().sandbox.settings, ...polls.settings },
      ...(message && { message }),
    });

    it('is pending under the vendor’s id, and done when the vendor says so, for one message', async () => {
      const outcome = await bench().deliver(later());
      expect(outcome).toMatchObject({ kind: 'pending', externalId: expect.any(String) });
      expect(await decided(bench(), outcome, later())).toMatchObject({ kind: 'accepted' });
      expect(bench().sandbox.violations).toEqual([]);
      expect(bench().sandbox.received).toBe(1);
    });

    it('is rejected when the vendor comes to it', async () => {
      const outcome = await bench().deliver(later(polls.refused));
      expect(await decided(bench(), outcome, later())).toMatchObject({
        kind: 'rejected',
        message: expect.stringMatching(/.{15,}/),
      });
    });

    it('is left open where the vendor cannot be asked, or answers what nobody can read', async () => {
      const outcome = await bench().deliver(later());
      const id = outcome.kind === 'pending' ? outcome.externalId : '';
      for (const behaviour of [answer(503), answer(200, '<html>'), { kind: 'resetAfterRead' as const }]) {
        bench().sandbox.always(behaviour, polls.route);
        expect(['transient', 'throttled', 'pending']).toContain((await bench().poll(id, later())).kind);
      }
      bench().sandbox.always(undefined, polls.route);
      expect(['transient', 'pending', 'rejected']).toContain((await bench().poll('no-such-id', later())).kind);
    });
  });
}

/** What it comes to, asked again and again without waiting. */
async function decided(bench: PluginBench, sent: AttemptOutcome, options: TryOptions): Promise<AttemptOutcome> {
  let outcome = sent;
  for (let polls = 0; outcome.kind === 'pending'; polls += 1) {
    if (polls === MOST_POLLS) throw new Error(`The vendor has not decided after ${String(polls)} polls.`);
    expect(outcome.pollAfterMs).toBeGreaterThanOrEqual(1_000);
    outcome = await bench.poll(outcome.externalId, options);
  }
  return outcome;
}
