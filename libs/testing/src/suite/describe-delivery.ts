import { randomUUID } from 'node:crypto';
import { describe, expect, jest } from '@jest/globals';
import { sensitiveValues } from '@patchbay/plugin-host';
import { secretPaths } from '@patchbay/plugin-sdk';
import { answer, throttle } from '../sandbox/behaviour.js';
import { realTime } from '../sandbox/real-time.js';
import { fetchedDuring, forbiddenImports, timersDuring } from './own-effects.js';
import { requireAccepted } from './require-accepted.js';
import { advise, type Rules } from './rules.js';
import {
  ACCEPTS_SAMPLES,
  DECLARES_IDEMPOTENT,
  SENDS,
  SENDS_THROUGH_CONTEXT,
  type SuiteContext,
} from './suite-context.js';

/** Tests the delivery of a message that the vendor accepts. */
export function describeDelivery(context: SuiteContext): void {
  const { bench } = context;
  const checked = context.rules.after(ACCEPTS_SAMPLES);
  const rules = checked.after(SENDS);
  describe('deliver', () => {
    checked.rule(SENDS, async () => {
      const outcome = await bench().deliver();
      const { inbox, violations } = bench().sandbox;
      advise(
        'The request is not as the vendor documents it. Correct the request, or the schema of the sandbox.',
        () => {
          expect(violations).toEqual([]);
        },
      );
      requireAccepted(outcome);
      advise('`deliver` resolved, but the sandbox received another number of messages. Send exactly one.', () => {
        expect(inbox).toHaveLength(1);
      });
      advise('Return the vendor’s own id of the message as `externalId`.', () => {
        expect(outcome.externalId).toBe(inbox[0]?.externalId);
      });
    });

    rules.rule(
      'shows the first request without sending it and without secrets, if it declares `contextHttpOnly`',
      async () => {
        const { plugin, sandbox: running } = bench();
        const printed = [jest.spyOn(console, 'warn'), jest.spyOn(console, 'error'), jest.spyOn(console, 'log')];
        const { request, note } = await bench().record();
        const lines = printed.flatMap(({ mock }) => mock.calls);
        for (const spy of printed) spy.mockRestore();
        advise('A preview must not print or send anything. Reach the vendor only through `context.http`.', () => {
          expect([...lines, ...running.inbox, ...running.requests]).toEqual([]);
        });
        if (plugin.definition.contextHttpOnly !== true) {
          expect(request).toBeNull();
          return;
        }
        advise('The plugin declares `contextHttpOnly`, but its request cannot be shown. See the note.', () => {
          expect({ request, note }).toMatchObject({ request: { url: expect.stringContaining('://') } });
        });
        const secrets = sensitiveValues(running.credentials, secretPaths(plugin.definition.credentials));
        advise('The preview of a request contains a secret. Read secrets only from `context.credentials`.', () => {
          expect(secrets.filter((secret) => JSON.stringify(request).includes(secret))).toEqual([]);
        });
      },
    );

    for (const days of [-1, 400]) {
      rules.rule(`uses the clock of the hub if the clock of its host is ${String(days)} days ahead`, async () => {
        const host = jest.spyOn(Date, 'now').mockImplementation(() => realTime() + days * 86_400_000);
        const outcome = await bench()
          .deliver({ isChanged: true })
          .finally(() => host.mockRestore());
        advise('The request depends on the clock of the host, which may be wrong. Use `context.now()`.', () => {
          expect(bench().sandbox.violations).toEqual([]);
        });
        requireAccepted(outcome);
      });
    }

    rules.rule('makes one attempt: it never sends a second message itself', async () => {
      bench().sandbox.always(answer(500));
      await bench().deliver();
      bench().sandbox.always(undefined);
      advise('The plugin repeated a message after an error. Throw the error, because the hub retries.', () => {
        expect(bench().sandbox.inbox).toEqual([]);
      });
    });

    rules.rule(
      'never reports a failure for a message that the vendor accepted with an unreadable response',
      async () => {
        bench().sandbox.next(answer(200, '<html>thank you</html>'));
        const outcome = await bench().deliver();
        advise(
          'A 2xx answer that cannot be read does not prove that the message failed. Resolve, or throw `unconfirmed`.',
          () => {
            expect(['accepted', 'unconfirmed', 'rejected']).toContain(outcome.kind);
          },
        );
      },
    );

    describeEffects(context, rules);
    describeRepeats(context, rules);
  });
}

/** Tests that the plugin reaches the vendor only through the hub, and leaves waiting to the hub. */
function describeEffects({ bench, folder, sandbox }: SuiteContext, rules: Rules): void {
  rules.rule(SENDS_THROUGH_CONTEXT, async () => {
    const { sandbox: running, watch } = bench();
    const before = watch.requests.length;
    const fetched = await fetchedDuring(async () => {
      await bench().verify({ isChanged: true });
      await bench().deliver({ isChanged: true });
    });
    const sent = watch.requests.slice(before).map(({ method, url }) => `${method} ${new URL(url).pathname}`);
    const received = running.requests.map(({ method, target }) => `${method} ${target.split('?')[0] ?? ''}`);
    advise(
      'The plugin reaches the network or the machine itself. Send with `context.http` or `context.axios`, which apply the time limit, ' +
        'the egress guard and the redaction; give one of them to a vendor’s SDK.',
      () => {
        expect({
          imports: forbiddenImports(folder).system,
          fetched,
          notThroughContext: received.filter((one) => !sent.includes(one)),
        }).toEqual({ imports: [], fetched: [], notThroughContext: [] });
      },
    );
  });

  if (sandbox.waitsBecause !== undefined) return;
  rules.rule('starts no timer', async () => {
    const started = await timersDuring(folder, async () => {
      await bench().deliver();
      bench().sandbox.next(throttle(1));
      await bench().deliver({ timeoutMs: 1_500 });
    });
    advise(
      'The plugin waits or schedules work itself. Throw the error with `retryAfterMs`, or return `pending`: the hub ' +
        'waits and retries.',
      () => {
        expect({ imports: forbiddenImports(folder).timers, started }).toEqual({ imports: [], started: [] });
      },
    );
  });
}

/** Tests the idempotency key, and that the plugin claims only what the vendor documents. */
function describeRepeats({ bench, sandbox, idempotent }: SuiteContext, rules: Rules): void {
  const { idempotencyKey, repeatable = false } = sandbox;
  rules.rule(DECLARES_IDEMPOTENT, async () => {
    const deliveryId = randomUUID();
    await bench().deliver({ deliveryId, attempt: 1 });
    await bench().deliver({ deliveryId, attempt: 2 });
    if (repeatable) {
      const [first, second] = bench().sandbox.inbox.map(({ to, subject, text }) => ({ to, subject, text }));
      advise('A repeated message must be the same request. Use only the message and `delivery.id`.', () => {
        expect(second).toEqual(first);
      });
      advise('A repeated message has no effect at this vendor, so set `idempotent: true`.', () => {
        expect(idempotent).toBe(true);
      });
      return;
    }
    if (idempotencyKey === undefined) {
      advise(
        'The plugin sets `idempotent`, but the vendor has no idempotency key (the sandbox has no `idempotencyKey`), so ' +
          'the hub would send some messages twice. Remove `idempotent`.',
        () => {
          expect({ idempotent }).toEqual({ idempotent: false });
        },
      );
      return;
    }
    await bench().deliver();
    const keys = bench().sandbox.inbox.map(({ request }) => idempotencyKey(request));
    const sent = bench()
      .sandbox.requests.map(idempotencyKey)
      .filter((key) => key !== undefined);
    advise('Send `delivery.idempotencyKey`: the same key in every attempt, another key for another delivery.', () => {
      expect({ keys: new Set(sent).size, first: sent[0] }).toEqual({ keys: 2, first: sent[1] });
    });
    if (idempotent) {
      advise('The vendor ignores a repeated key, so the inbox must have one message per delivery.', () => {
        expect(keys).toHaveLength(2);
      });
    }
  });
}
