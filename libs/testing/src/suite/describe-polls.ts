import { describe, expect } from '@jest/globals';
import type { AttemptOutcome } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { answer } from '../sandbox/behaviour.js';
import type { PluginBench, TryOptions } from './plugin-bench.js';
import { advise } from './rules.js';
import { ACCEPTS_SAMPLES, SENDS, type SuiteContext } from './suite-context.js';

const MAX_POLLS = 50;
const POLLS = 'are polled if and only if the vendor decides later';

/** Tests messages that the vendor receives first and decides about later. */
export function describePolls({ rules, bench, sandbox, hasPoll }: SuiteContext): void {
  const { polls } = sandbox;
  describe('pending messages', () => {
    rules.rule(POLLS, () => {
      advise(
        '`poll` of the plugin and `polls` of the sandbox belong together. Add the missing one, or remove both.',
        () => {
          expect({ poll: hasPoll, polls: polls !== undefined }).toEqual({ poll: hasPoll, polls: hasPoll });
        },
      );
    });
    if (!polls) return;
    const checked = rules.after(POLLS, ACCEPTS_SAMPLES, SENDS);
    const later = (message?: JsonObject): TryOptions => ({
      settings: { ...bench().sandbox.settings, ...polls.settings },
      ...(message && { message }),
    });

    checked.rule('are pending under the vendor’s id until the vendor has decided, with one message sent', async () => {
      const outcome = await bench().deliver(later());
      advise('Return `pending: { pollAfterMs }` with the `externalId` if the vendor decides later.', () => {
        expect(outcome).toMatchObject({ kind: 'pending', externalId: expect.any(String) });
      });
      const final = await decided(bench(), outcome, later());
      advise('`poll` must return `{ state: "done" }` after the vendor accepted the message, and send nothing.', () => {
        const { violations, received } = bench().sandbox;
        expect({ kind: final.kind, violations, received }).toEqual({ kind: 'accepted', violations: [], received: 1 });
      });
    });

    checked.rule('are rejected when the vendor refuses them', async () => {
      const outcome = await bench().deliver(later(polls.refused));
      const final = await decided(bench(), outcome, later());
      advise('`poll` must throw `rejected` if the vendor refused the message.', () => {
        expect(final).toMatchObject({ kind: 'rejected', message: expect.stringMatching(/.{15,}/) });
      });
    });

    checked.rule('stay open if the vendor is unreachable or sends an unreadable response', async () => {
      const outcome = await bench().deliver(later());
      const id = outcome.kind === 'pending' ? outcome.externalId : '';
      for (const behaviour of [answer(503), answer(200, '<html>'), { kind: 'resetAfterRead' as const }]) {
        bench().sandbox.always(behaviour, polls.route);
        const { kind } = await bench().poll(id, later());
        advise('A failed poll must not decide the message. Throw `transient`, or return `pending`.', () => {
          expect(['transient', 'throttled', 'pending']).toContain(kind);
        });
      }
      bench().sandbox.always(undefined, polls.route);
      const { kind } = await bench().poll('no-such-id', later());
      advise('A poll for an unknown id must not report success.', () => {
        expect(['transient', 'pending', 'rejected']).toContain(kind);
      });
    });
  });
}

/** Polls without waiting until the message has a final outcome. */
async function decided(bench: PluginBench, sent: AttemptOutcome, options: TryOptions): Promise<AttemptOutcome> {
  let outcome = sent;
  for (let polls = 0; outcome.kind === 'pending'; polls += 1) {
    if (polls === MAX_POLLS)
      throw new Error(`The vendor has not decided after ${String(polls)} polls. Let the sandbox decide sooner.`);
    const { pollAfterMs } = outcome;
    advise('Poll at most once per second: set `pollAfterMs` to 1000 or more.', () => {
      expect(pollAfterMs).toBeGreaterThanOrEqual(1_000);
    });
    outcome = await bench.poll(outcome.externalId, options);
  }
  return outcome;
}
