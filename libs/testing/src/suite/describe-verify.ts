import { describe, expect } from '@jest/globals';
import { deliveryErrorIn } from '@patchbay/plugin-sdk';
import { advise } from './rules.js';
import { ACCEPTS_SAMPLES, SENDS_THROUGH_CONTEXT, type SuiteContext } from './suite-context.js';
import { closedPort } from './unreachable.js';

const VERIFIES = 'passes with valid credentials and sends no message';

/** Tests that `verify` reports what is wrong and sends no message. */
export function describeVerify({ rules, bench, sandbox }: SuiteContext): void {
  const checked = rules.after(ACCEPTS_SAMPLES);
  describe('verify', () => {
    checked.rule(VERIFIES, async () => {
      const outcome = await bench().verify();
      const { inbox, violations } = bench().sandbox;
      advise('`verify` failed with valid credentials. Correct the request, or the route of the sandbox.', () => {
        expect({ outcome, violations }).toEqual({ outcome: { kind: 'accepted' }, violations: [] });
      });
      advise('`verify` sent a message. Use a request that changes nothing at the vendor.', () => {
        expect(inbox).toEqual([]);
      });
    });

    const verified = checked.after(VERIFIES, SENDS_THROUGH_CONTEXT);
    if (sandbox.verifyCannotTell === undefined) {
      verified.rule('refuses wrong credentials, says so and sends no message', async () => {
        const outcome = await bench().verify({ credentials: sandbox.wrongCredentials });
        advise(
          '`verify` did not report wrong credentials. Throw `credentials` for the answer of the vendor; `http.send` ' +
            'does it for 401 and 403.',
          () => {
            expect(outcome).toMatchObject({ kind: 'credentials', message: expect.stringMatching(/.{20,}/) });
          },
        );
        advise('`verify` sent a message with wrong credentials. Use a request that changes nothing.', () => {
          expect(bench().sandbox.inbox).toEqual([]);
        });
      });
    } else {
      verified.rule(`cannot detect wrong credentials, because ${sandbox.verifyCannotTell}; a message can`, async () => {
        const outcome = await bench().deliver({ credentials: sandbox.wrongCredentials });
        advise('`deliver` did not report wrong credentials. Throw `credentials` for the answer of the vendor.', () => {
          expect({ kind: outcome.kind, inbox: bench().sandbox.inbox }).toEqual({ kind: 'credentials', inbox: [] });
        });
      });
    }

    verified.rule('is transient if the vendor is unreachable', async () => {
      const outcome = await bench().verify({ settings: sandbox.settings(await closedPort()) });
      advise('Let the error of `context.http` pass, because it is already `transient`.', () => {
        expect(outcome.kind).toBe('transient');
      });
    });

    verified.rule('is transient if the response is lost, because each of its requests sets "readsOnly"', async () => {
      const { sandbox: running, watch } = bench();
      const asked: string[] = [];
      for (const route of running.routeNames) {
        running.always({ kind: 'resetAfterRead' }, route);
        const outcome = await bench().verify();
        running.always(undefined, route);
        if (outcome.kind === 'accepted') continue;
        asked.push(route);
        const named = deliveryErrorIn(watch.verifyErrors.at(-1))?.kind ?? 'no DeliveryError';
        advise(`Add "readsOnly: true" to each request of \`verify\`. The route "${route}" lost its answer.`, () => {
          expect({ route, outcome: outcome.kind, named }).toEqual({ route, outcome: 'transient', named: 'transient' });
        });
      }
      advise(
        '`verify` passes although no route of the sandbox answers. Send a request that needs the credentials.',
        () => {
          expect(asked).not.toEqual([]);
        },
      );
    });
  });
}
