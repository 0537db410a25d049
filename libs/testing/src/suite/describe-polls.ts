import { describe, expect, it } from '@jest/globals';
import type { AttemptOutcome } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { answer } from '../sandbox/behaviour.js';
import type { PluginBench, TryOptions } from './plugin-bench.js';
import type { SuiteContext } from './suite-context.js';

const MAX_POLLS = 50;

/** Tests messages that the vendor receives first and decides about later. */
export function describePolls({ bench, sandbox, hasPoll }: SuiteContext): void {
  const { polls } = sandbox;
  describe('pending messages', () => {
    it('are polled if and only if the vendor decides later', () => {
      expect(polls !== undefined).toBe(hasPoll);
    });
    if (!polls) return;
    const later = (message?: JsonObject): TryOptions => ({
      settings: { ...bench().sandbox.settings, ...polls.settings },
      ...(message && { message }),
    });

    it('are pending under the vendor’s id until the vendor has decided, with one message sent', async () => {
      const outcome = await bench().deliver(later());
      expect(outcome).toMatchObject({ kind: 'pending', externalId: expect.any(String) });
      expect(await decided(bench(), outcome, later())).toMatchObject({ kind: 'accepted' });
      expect(bench().sandbox.violations).toEqual([]);
      expect(bench().sandbox.received).toBe(1);
    });

    it('are rejected when the vendor refuses them', async () => {
      const outcome = await bench().deliver(later(polls.refused));
      expect(await decided(bench(), outcome, later())).toMatchObject({
        kind: 'rejected',
        message: expect.stringMatching(/.{15,}/),
      });
    });

    it('stay open if the vendor is unreachable or sends an unreadable response', async () => {
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

/** Polls without waiting until the message has a final outcome. */
async function decided(bench: PluginBench, sent: AttemptOutcome, options: TryOptions): Promise<AttemptOutcome> {
  let outcome = sent;
  for (let polls = 0; outcome.kind === 'pending'; polls += 1) {
    if (polls === MAX_POLLS)
      throw new Error(`The vendor has not decided after ${String(polls)} polls. Let the sandbox decide sooner.`);
    expect(outcome.pollAfterMs).toBeGreaterThanOrEqual(1_000);
    outcome = await bench.poll(outcome.externalId, options);
  }
  return outcome;
}
