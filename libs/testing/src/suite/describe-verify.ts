import { describe, expect, it } from '@jest/globals';
import { isDeliveryError } from '@patchbay/plugin-sdk';
import type { SuiteContext } from './suite-context.js';
import { closedPort } from './unreachable.js';

/** Tests that `verify` reports what is wrong and sends no message. */
export function describeVerify({ bench, sandbox }: SuiteContext): void {
  describe('verify', () => {
    it('passes with valid credentials and sends no message', async () => {
      const outcome = await bench().verify();
      expect(outcome).toEqual({ kind: 'accepted' });
      expect(bench().sandbox.inbox).toEqual([]);
      expect(bench().sandbox.violations).toEqual([]);
    });

    if (sandbox.verifyCannotTell === undefined) {
      it('refuses wrong credentials, says so and sends no message', async () => {
        const outcome = await bench().verify({ credentials: sandbox.wrongCredentials });
        expect(outcome).toMatchObject({ kind: 'credentials', message: expect.stringMatching(/.{20,}/) });
        expect(bench().sandbox.inbox).toEqual([]);
      });
    } else {
      it(`cannot detect wrong credentials, because ${sandbox.verifyCannotTell}; a message can`, async () => {
        const outcome = await bench().deliver({ credentials: sandbox.wrongCredentials });
        expect(outcome.kind).toBe('credentials');
        expect(bench().sandbox.inbox).toEqual([]);
      });
    }

    it('is transient if the vendor is unreachable', async () => {
      const outcome = await bench().verify({ settings: sandbox.settings(await closedPort()) });
      expect(outcome.kind).toBe('transient');
    });

    it('is transient if the response is lost, because each of its requests sets "readsOnly"', async () => {
      const { sandbox: running, verifyErrors } = bench();
      const asked: string[] = [];
      for (const route of running.routeNames) {
        running.always({ kind: 'resetAfterRead' }, route);
        const outcome = await bench().verify();
        running.always(undefined, route);
        if (outcome.kind === 'accepted') continue;
        asked.push(route);
        const thrown = verifyErrors.at(-1);
        const named = isDeliveryError(thrown) ? thrown.kind : 'no DeliveryError';
        expect({ route, outcome: outcome.kind, named }).toEqual({ route, outcome: 'transient', named: 'transient' });
      }
      expect(asked).not.toEqual([]);
    });
  });
}
