import { randomUUID } from 'node:crypto';
import { describe, expect } from '@jest/globals';
import type { AttemptOutcome } from '@patchbay/core';
import { sensitiveValues } from '@patchbay/plugin-host';
import { personalPaths, secretPaths, type BatchLimits, type JsonObject } from '@patchbay/plugin-sdk';
import { answer, throttle } from '../sandbox/behaviour.js';
import type { SandboxBatch } from '../sandbox/sandbox-definition.js';
import type { PluginBench } from './plugin-bench.js';
import { requireAccepted } from './require-accepted.js';
import { advise, type Rules } from './rules.js';
import { ACCEPTS_SAMPLES, SENDS, type SuiteContext } from './suite-context.js';

const FULL_CALL = 'sends a full batch in one request, as the vendor documents it';

/** Tests calls with several messages. */
export function describeBatches(context: SuiteContext): void {
  const { bench, sandbox, action } = context;
  const { batch } = sandbox;
  const rules = context.rules.after(ACCEPTS_SAMPLES, SENDS);
  describe('batches', () => {
    rules.rule('are sent if and only if the vendor takes several messages per call', () => {
      advise('A plugin with `deliverBatch` needs "batch" in its sandbox, and the other way round.', () => {
        expect({ sandbox: batch !== undefined }).toEqual({ sandbox: action.deliverBatch !== undefined });
      });
    });
    if (batch === undefined) return;
    describeCalls(context, batch, rules);
    describeFailedCalls(context, rules.after(FULL_CALL));
    rules.after(FULL_CALL).rule('leave no secret and no personal value in the record of a refused call', async () => {
      const { plugin, sandbox: running, log } = bench();
      const { credentials } = plugin.definition;
      const values = [
        ...sensitiveValues(running.credentials, secretPaths(credentials)),
        ...sensitiveValues(sandbox.message, personalPaths(action.message)),
      ];
      running.next({ kind: 'echo', status: 400 });
      const recorded = JSON.stringify([await bench().deliverBatch([{}, {}]), log]);
      advise('A record contains a secret or a personal value. Do not put the body of an answer into an error.', () => {
        expect(values.filter((value) => recorded.includes(JSON.stringify(value).slice(1, -1)))).toEqual([]);
      });
    });
  });
}

/** Tests calls of which the vendor accepts at least one message. */
function describeCalls({ bench }: SuiteContext, batch: SandboxBatch, rules: Rules): void {
  const { refused } = batch;
  rules.rule(FULL_CALL, async () => {
    const messages = Array.from({ length: limitsOf(bench()).size }, () => ({}));
    const outcomes = await bench().deliverBatch(messages);
    const { requests, violations } = bench().sandbox;
    for (const outcome of outcomes) if (outcome.kind !== 'pending') requireAccepted(outcome);
    advise('Send all messages of the call in one request, which the vendor accepts as documented.', () => {
      expect({ counts: requests.map((one) => batch.count(one)).filter((number) => number > 0), violations }).toEqual({
        counts: [messages.length],
        violations: [],
      });
    });
  });

  const checked = rules.after(FULL_CALL);
  checked.rule('repeat the id of the batch or of each message if the plugin is idempotent', async () => {
    const { idempotent } = limitsOf(bench());
    const batchId = randomUUID();
    for (const attempt of [1, 2]) await bench().deliverBatch([{}, {}], { batchId, attempt });
    const received = bench().sandbox.received;
    await bench().deliverBatch([{}, {}]);
    advise(
      'A repeated batch arrived twice, or another batch was ignored. Send `context.batch.id`, or the idempotency key of ' +
        'each message, as `batch.idempotent` says.',
      () => {
        expect({ first: received, all: bench().sandbox.received }).toEqual(
          idempotent === undefined ? { first: 4, all: 6 } : { first: 2, all: 4 },
        );
      },
    );
  });

  if (refused === undefined) return;
  for (const index of [0, 1, 2]) {
    checked.rule(`give a refused message its own error: number ${String(index + 1)} of 3`, async () => {
      const messages: JsonObject[] = [{}, {}, {}];
      messages[index] = refused.message;
      const outcomes = await bench().deliverBatch(messages);
      advise('Return one outcome per message, and name each by the `index` of its message in the call.', () => {
        expect(outcomes.map(({ kind }) => (kind === 'pending' ? 'accepted' : kind))).toEqual(
          messages.map((_message, at) => (at === index ? refused.expected.kind : 'accepted')),
        );
        expect(outcomes[index]).toMatchObject(refused.expected);
      });
    });
  }
}

/** Tests calls that failed as a whole. */
function describeFailedCalls({ bench }: SuiteContext, rules: Rules): void {
  const kindsAfter = async (send: () => Promise<readonly AttemptOutcome[]>): Promise<readonly string[]> =>
    (await send()).map(({ kind }) => kind);

  rules.rule('have one error for all messages if the vendor accepts none', async () => {
    bench().sandbox.next(throttle(11));
    const outcomes = await bench().deliverBatch([{}, {}, {}]);
    advise('Throw the error of a call that failed. `http.send` does it for you.', () => {
      expect(outcomes).toMatchObject(Array(3).fill({ kind: 'throttled', retryAfterMs: 11_000 }));
    });
    bench().sandbox.next(answer(503, ''));
    expect(await kindsAfter(() => bench().deliverBatch([{}, {}]))).toEqual(['transient', 'transient']);
  });

  rules.rule('are repeated with the same id after a server error if the vendor ignores repeated batches', async () => {
    const { idempotent } = limitsOf(bench());
    const expected = idempotent === 'message' ? 'transient' : 'unconfirmed';
    bench().sandbox.next(answer(500, ''));
    const kinds = await kindsAfter(() => bench().deliverBatch([{}, {}]));
    advise(
      'Throw the error of `http.send`. The hub makes it `unconfirmed` if the whole batch must be repeated.',
      () => {
        expect(kinds).toEqual([expected, expected]);
      },
    );
  });

  rules.rule('are unconfirmed if the answer was lost', async () => {
    bench().sandbox.next({ kind: 'resetAfterRead' });
    const kinds = await kindsAfter(() => bench().deliverBatch([{}, {}]));
    advise('The vendor may have received the call. Do not catch the error of `http.send`.', () => {
      expect(kinds).toEqual(['unconfirmed', 'unconfirmed']);
    });
  });

  rules.rule('never report a failure for messages that the vendor may have accepted', async () => {
    bench().sandbox.next(answer(200, '<html>thank you</html>'));
    const kinds = await kindsAfter(() => bench().deliverBatch([{}, {}]));
    advise('A 2xx answer that cannot be read does not prove that a message failed. Name no outcome for it.', () => {
      expect(kinds.filter((kind) => !['accepted', 'pending', 'unconfirmed'].includes(kind))).toEqual([]);
    });
  });
}

/** Returns the limits of batches with the settings of the sandbox. */
function limitsOf({ gateway, plugin, sandbox }: PluginBench): BatchLimits {
  const { batch } = sandbox.definition;
  const settings = { ...sandbox.settings, ...batch?.settings?.(sandbox.baseUrl) };
  const limits = gateway.facts(plugin.definition.type)?.batch(settings);
  if (limits !== undefined) return limits;
  throw new Error('With the settings of the sandbox, the plugin sends no batches. Correct "batch" in the sandbox.');
}
