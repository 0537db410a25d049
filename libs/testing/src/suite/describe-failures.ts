import { describe, expect } from '@jest/globals';
import type { AttemptOutcome } from '@patchbay/core';
import { addressPaths, deliveryErrorIn, personalPaths, secretPaths, type Json } from '@patchbay/plugin-sdk';
import { sensitiveValues } from '@patchbay/plugin-host';
import { answer, throttle } from '../sandbox/behaviour.js';
import type { DocumentedError } from '../sandbox/sandbox-definition.js';
import { CALLBACK_TOKEN, CALLBACK_URL, type PluginBench } from './plugin-bench.js';
import { advise, type Rules } from './rules.js';
import {
  ACCEPTS_SAMPLES,
  DECLARES_IDEMPOTENT,
  MAY_HAVE_SENT,
  READS_ERRORS_IN_2XX,
  SENDS,
  THROTTLES,
  type SuiteContext,
} from './suite-context.js';
import { closedPort, silentServer } from './unreachable.js';

const SERVER_ERRORS = [500, 501, 502, 504, 505, 507, 520, 526];

/** Tests the error kind for every failure of a delivery. */
export function describeFailures(context: SuiteContext): void {
  const rules = context.rules.after(ACCEPTS_SAMPLES, SENDS);
  describeStatuses(context, rules);
  describeDocumentedErrors(context, rules);
  describeLostAnswers(context, rules);
  describeShutdown(context, rules);
  describeRecords(context, rules);
}

/** Tests the errors that every vendor has. */
function describeStatuses({ bench, sandbox, idempotent }: SuiteContext, rules: Rules): void {
  describe('an error of any vendor', () => {
    rules.rule(THROTTLES, async () => {
      bench().sandbox.next(throttle(11));
      const outcome = await bench().deliver();
      advise(
        `${sentence(outcome)} although the vendor answered 429. Throw \`throttled\`; \`http.send\` does it for you.`,
        () => {
          expect(outcome.kind).toBe('throttled');
        },
      );
      advise('The error has another wait than the header Retry-After. Create it with `vendorError`.', () => {
        expect(outcome).toMatchObject({ retryAfterMs: 11_000 });
      });
    });

    rules.after(DECLARES_IDEMPOTENT).rule(MAY_HAVE_SENT, async () => {
      const { gateway, plugin } = bench();
      const batch = gateway.facts(plugin.definition.type)?.batch(bench().sandbox.settings);
      const ignoresRepeats = batch === undefined ? idempotent : batch.idempotent === 'message';
      const retried = ignoresRepeats || sandbox.replacesRepeats === true;
      const kinds: Record<string, string> = {};
      for (const status of [...SERVER_ERRORS, 503]) {
        bench().sandbox.next(answer(status, ''));
        const { kind } = await bench().deliver();
        kinds[status] = kind;
      }
      const expected = SERVER_ERRORS.map((status) => [status, retried ? 'transient' : 'unconfirmed'] as const);
      advise(
        'Throw `transient` for every 5xx; `http.send` and `vendorError` do it for you. The hub makes it `unconfirmed` ' +
          'if the vendor may have accepted the message and does not ignore repeated messages.',
        () => {
          expect(kinds).toEqual({ ...Object.fromEntries(expected), 503: 'transient' });
        },
      );
    });

    rules.rule('survives an endless response, and records only its beginning', async () => {
      bench().sandbox.next(answer(400, 'x'.repeat(2_000_000)));
      const outcome = await bench().deliver();
      advise('A 400 must be `rejected`, also if its body is too long to read.', () => {
        expect(outcome.kind).toBe('rejected');
      });
      advise('Record at most 4,096 characters of the response (RESPONSE_BODY_LIMIT).', () => {
        expect(JSON.stringify(outcome).length).toBeLessThan(6_000);
      });
    });
  });
}

/** Tests the errors in the vendor's documentation. */
function describeDocumentedErrors({ bench, sandbox, action }: SuiteContext, rules: Rules): void {
  describe('every documented error', () => {
    const inSuccess = sandbox.errors.filter(({ expected: { status } }) => isSuccess(status));
    if (inSuccess.length > 0) {
      rules.rule(READS_ERRORS_IN_2XX, async () => {
        const kinds: Record<string, string> = {};
        for (const error of inSuccess) kinds[error.name] = (await deliverInto(bench(), error)).kind;
        advise(
          '`deliver` resolved although the body of a 2xx answer has an error. Read the body, and throw the error.',
          () => {
            expect(kinds).toEqual(Object.fromEntries(inSuccess.map(({ name, expected }) => [name, expected.kind])));
          },
        );
      });
    }

    for (const error of sandbox.errors) {
      conditionsOf(error, rules).rule(error.name, async () => {
        const { status, ...facts } = error.expected;
        const outcome = await deliverInto(bench(), error);
        advise(
          `${sentence(outcome)} although the vendor answered "${error.name}". Throw \`${facts.kind}\`: see the ` +
            'differences. The table of the vendor’s codes belongs into a file of its own.',
          () => {
            expect(outcome).toMatchObject({
              ...facts,
              message: expect.stringMatching(/.{15,}/),
              ...(status !== undefined && { response: expect.objectContaining({ status }) }),
            });
          },
        );
        advise(
          'The error and the sandbox differ in a detail. Correct the plugin, or `expected` in the sandbox.',
          () => {
            for (const flag of ['disableDestination', 'recipientOnly', 'suspectsDestination'] as const) {
              expect([flag, flag in outcome]).toEqual([flag, error.expected[flag] ?? false]);
            }
            expect({ suppress: 'suppress' in outcome ? outcome.suppress : undefined }).toEqual({
              suppress: error.expected.suppress,
            });
          },
        );
        advise('The vendor refused the message, but the sandbox received it. Correct the sandbox.', () => {
          expect(bench().sandbox.inbox).toEqual([]);
        });
      });
    }

    rules.rule('copies no words of the vendor with a recipient into an error', async () => {
      const { sandbox: running, watch } = bench();
      const paths = addressPaths(action.message).map(({ path }) => path);
      const recipients = sensitiveValues(sandbox.message, paths);
      const copied: string[] = [];
      for (const error of sandbox.errors) {
        const before = watch.deliverErrors.length;
        running.plant(recipients.map((value) => ` (recipient ${value.replace(/^\+/, '')})`).join(''));
        await deliverInto(bench(), error);
        running.plant('');
        for (const thrown of watch.deliverErrors.slice(before)) {
          const known = deliveryErrorIn(thrown);
          if (known === undefined) continue;
          const told = `${known.message} ${known.vendorCode ?? ''}`;
          if (recipients.some((value) => contains(told, value))) copied.push(`${error.name}: ${told}`);
        }
      }
      advise(
        'An error repeats the vendor’s words, which may contain a phone number or an address. Write the cause and the ' +
          'fix yourself in a table by the vendor’s code; the response is recorded and redacted by the hub.',
        () => {
          expect(copied).toEqual([]);
        },
      );
    });
  });
}

/** Returns the rules of a documented error: a general test that fails for the same reason comes first. */
function conditionsOf({ expected: { status, kind } }: DocumentedError, rules: Rules): Rules {
  if (status === 429 && kind === 'throttled') return rules.after(THROTTLES);
  if (isSuccess(status)) return rules.after(READS_ERRORS_IN_2XX);
  return status !== undefined && status >= 500 ? rules.after(DECLARES_IDEMPOTENT, MAY_HAVE_SENT) : rules;
}

/** Delivers a message into a documented error. */
function deliverInto(
  bench: PluginBench,
  { message, settings, credentials, behaviour }: DocumentedError,
): Promise<AttemptOutcome> {
  if (behaviour) bench.sandbox.next(behaviour);
  return bench.deliver({
    ...(message && { message }),
    ...(settings && { settings: { ...bench.sandbox.settings, ...settings } }),
    ...(credentials && { credentials }),
  });
}

/** Tests what the plugin reports if there is no answer. */
function describeLostAnswers({ bench, sandbox }: SuiteContext, rules: Rules): void {
  const LET_PASS = 'Let the error of `context.http` pass: it says if the request may have reached the vendor.';
  describe('without an answer', () => {
    rules.rule('is transient if the vendor is unreachable', async () => {
      const outcome = await bench().deliver({ settings: sandbox.settings(await closedPort()) });
      advise(LET_PASS, () => {
        expect(outcome.kind).toBe('transient');
      });
    });

    rules.rule('is transient if the time limit passed before a request was sent', async () => {
      const silent = await silentServer();
      const settings = sandbox.settings(silent.url.replace('http:', 'https:'));
      const outcome = await bench().deliver({ settings, timeoutMs: 300 });
      await silent.close();
      advise(LET_PASS, () => {
        expect(outcome.kind).toBe('transient');
      });
    });

    rules.rule('is unconfirmed if the time limit passed after the message was sent', async () => {
      bench().sandbox.next({ kind: 'hang' });
      const { kind } = await bench().deliver({ timeoutMs: 400 });
      advise(LET_PASS, () => {
        expect({ kind, messages: bench().sandbox.inbox.length }).toEqual({ kind: 'unconfirmed', messages: 1 });
      });
    });

    rules.rule('is unconfirmed if the connection was closed after the message was sent', async () => {
      bench().sandbox.next({ kind: 'resetAfterRead' });
      const { kind } = await bench().deliver();
      advise(LET_PASS, () => {
        expect({ kind, messages: bench().sandbox.inbox.length }).toEqual({ kind: 'unconfirmed', messages: 1 });
      });
    });
  });
}

/** Tests that the plugin stops when the hub stops. */
function describeShutdown({ bench }: SuiteContext, rules: Rules): void {
  describe('at shutdown', () => {
    rules.rule('sends nothing after the hub began to stop', async () => {
      const { kind } = await bench().deliver({ signal: AbortSignal.abort() });
      advise('Send only with `context.http`, which refuses requests at shutdown.', () => {
        expect({ kind, inbox: bench().sandbox.inbox }).toEqual({ kind: 'transient', inbox: [] });
      });
    });

    rules.rule('returns promptly as unconfirmed if the hub stops while the message is being sent', async () => {
      const stop = new AbortController();
      bench().sandbox.next({ kind: 'hang' });
      const outcome = bench().deliver({ signal: stop.signal, timeoutMs: 600_000 });
      const early = outcome.then(({ kind }) => {
        throw new Error(`The attempt ended (${kind}) before the vendor received the message.`);
      });
      await Promise.race([bench().sandbox.filled(1), early]);
      stop.abort();
      const { kind } = await outcome;
      advise('Pass `context.signal` to everything that the plugin waits for.', () => {
        expect(kind).toBe('unconfirmed');
      });
    });
  });
}

/** Tests that the hub records nothing secret or personal of a response. */
function describeRecords({ bench, sandbox, action, hasStatusCallback }: SuiteContext, rules: Rules): void {
  describe('what is recorded', () => {
    rules.rule('of an answer that repeats everything contains no secret and no personal data', async () => {
      const { plugin, sandbox: running, log } = bench();
      const { credentials, settings } = plugin.definition;
      const secrets = [
        ...sensitiveValues(running.credentials, secretPaths(credentials)),
        ...sensitiveValues(running.settings, secretPaths(settings)),
        ...sensitiveValues(sandbox.message, personalPaths(action.message)),
        ...(hasStatusCallback ? [CALLBACK_TOKEN] : []),
      ];
      advise('Neither the credentials have a secret nor the message a personal value. Mark them in @Field.', () => {
        expect(secrets).not.toEqual([]);
      });
      const leaks: string[] = [];
      for (const status of [400, 401, 429, 500, 200]) {
        const echo: Json = {
          error: 'refused',
          code: 99_999,
          you: running.credentials,
          sent: sandbox.message,
          ...(hasStatusCallback && { callback: CALLBACK_URL }),
        };
        running.next(answer(status, echo));
        const recorded = JSON.stringify([await bench().deliver(), log]);
        const found = secrets.filter((secret) => recorded.includes(JSON.stringify(secret).slice(1, -1)));
        leaks.push(...found.map((secret) => `${String(status)}: ${secret}`));
      }
      advise('A record contains a value in a form that the hub does not redact. Do not transform such values.', () => {
        expect(leaks).toEqual([]);
      });
    });
  });
}

/** Describes an outcome as the beginning of a sentence. */
function sentence(outcome: AttemptOutcome): string {
  const isResolved = outcome.kind === 'accepted' || outcome.kind === 'pending';
  return isResolved ? '`deliver` resolved' : `\`deliver\` threw \`${outcome.kind}\``;
}

/** Returns true if a text contains a recipient, as a whole or as a phone number in another format. */
function contains(text: string, recipient: string): boolean {
  const digits = recipient.replace(/\D/g, '');
  const isPhone = /^\+?[\d ]{7,}$/.test(recipient);
  return text.includes(recipient) || (isPhone && text.replace(/[\s-]/g, '').includes(digits));
}

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status <= 299;
}
