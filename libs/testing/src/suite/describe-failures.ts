import { describe, expect, it } from '@jest/globals';
import { personalPaths, secretPaths, type Json } from '@patchbay/plugin-sdk';
import { sensitiveValues } from '@patchbay/plugin-host';
import { answer, throttle } from '../sandbox/behaviour.js';
import { CALLBACK_TOKEN, CALLBACK_URL } from './plugin-bench.js';
import type { SuiteContext } from './suite-context.js';
import { closedPort, silentServer } from './unreachable.js';

/** Tests the error kind for every failure of a delivery. */
export function describeFailures({ bench, sandbox, hasStatusCallback, idempotent }: SuiteContext): void {
  describe('every documented error', () => {
    it.each(sandbox.errors)('$name', async ({ message, settings, credentials, behaviour, expected }) => {
      const { status, ...facts } = expected;
      if (behaviour) bench().sandbox.next(behaviour);
      const outcome = await bench().deliver({
        ...(message && { message }),
        ...(settings && { settings: { ...bench().sandbox.settings, ...settings } }),
        ...(credentials && { credentials }),
      });
      expect(outcome).toMatchObject({
        ...facts,
        message: expect.stringMatching(/.{15,}/),
        ...(status !== undefined && { response: expect.objectContaining({ status }) }),
      });
      for (const flag of ['disableDestination', 'recipientOnly', 'suspectsDestination'] as const) {
        expect([flag, flag in outcome]).toEqual([flag, expected[flag] ?? false]);
      }
      expect('suppress' in outcome ? outcome.suppress : undefined).toBe(expected.suppress);
      expect(bench().sandbox.inbox).toEqual([]);
    });

    it('waits as long as Retry-After says', async () => {
      bench().sandbox.next(throttle(11));
      expect(await bench().deliver()).toMatchObject({ kind: 'throttled', retryAfterMs: 11_000 });
    });

    it('survives an endless response, and records only its beginning', async () => {
      bench().sandbox.next(answer(400, 'x'.repeat(2_000_000)));
      const outcome = await bench().deliver();
      expect(outcome.kind).toBe('rejected');
      expect(JSON.stringify(outcome).length).toBeLessThan(6_000);
    });
  });

  describe('a server error of the vendor', () => {
    const retried = idempotent || sandbox.replacesRepeats === true;
    const words = retried ? 'transient' : 'unconfirmed, because the vendor may have accepted the message';
    it.each([500, 501, 502, 504, 505, 507, 520, 526])(`%i is ${words}`, async (status) => {
      bench().sandbox.next(answer(status, ''));
      expect(await bench().deliver()).toMatchObject({
        kind: retried ? 'transient' : 'unconfirmed',
        response: { status },
      });
    });

    it('503 is transient, because the vendor did not accept the message', async () => {
      bench().sandbox.next(answer(503, ''));
      expect(await bench().deliver()).toMatchObject({ kind: 'transient', response: { status: 503 } });
    });
  });

  describe('without an answer', () => {
    it('is transient if the vendor is unreachable', async () => {
      const outcome = await bench().deliver({ settings: sandbox.settings(await closedPort()) });
      expect(outcome.kind).toBe('transient');
    });

    it('is transient if the time limit passed before a request was sent', async () => {
      const silent = await silentServer();
      const settings = sandbox.settings(silent.url.replace('http:', 'https:'));
      const outcome = await bench().deliver({ settings, timeoutMs: 300 });
      await silent.close();
      expect(outcome.kind).toBe('transient');
    });

    it('is unconfirmed if the time limit passed after the message was sent', async () => {
      bench().sandbox.next({ kind: 'hang' });
      const outcome = await bench().deliver({ timeoutMs: 400 });
      expect(outcome.kind).toBe('unconfirmed');
      expect(bench().sandbox.inbox).toHaveLength(1);
    });

    it('is unconfirmed if the connection was closed after the message was sent', async () => {
      bench().sandbox.next({ kind: 'resetAfterRead' });
      expect((await bench().deliver()).kind).toBe('unconfirmed');
      expect(bench().sandbox.inbox).toHaveLength(1);
    });
  });

  describe('at shutdown', () => {
    it('sends nothing after the hub began to stop', async () => {
      const outcome = await bench().deliver({ signal: AbortSignal.abort() });
      expect(outcome.kind).toBe('transient');
      expect(bench().sandbox.inbox).toEqual([]);
    });

    it('returns promptly as unconfirmed if the hub stops while the message is being sent', async () => {
      const usual = await bench().deliver();
      if (usual.kind !== 'accepted' && usual.kind !== 'pending') {
        throw new Error(`The vendor refuses the sample message (${usual.message}). Correct "message" in the sandbox.`);
      }
      const stop = new AbortController();
      bench().sandbox.next({ kind: 'hang' });
      const outcome = bench().deliver({ signal: stop.signal, timeoutMs: 600_000 });
      const early = outcome.then(({ kind }) => {
        throw new Error(`The attempt ended (${kind}) before the vendor received the message.`);
      });
      await Promise.race([bench().sandbox.filled(2), early]);
      stop.abort();
      expect((await outcome).kind).toBe('unconfirmed');
    });
  });

  describe('what is recorded', () => {
    it.each([400, 401, 429, 500, 200])(
      'of a %i that repeats everything contains no secret and no personal data',
      async (status) => {
        const { plugin, sandbox: running, log } = bench();
        const { credentials, message, settings } = plugin.definition;
        const secrets = [
          ...sensitiveValues(running.credentials, secretPaths(credentials)),
          ...sensitiveValues(running.settings, secretPaths(settings)),
          ...sensitiveValues(sandbox.message, personalPaths(message)),
        ];
        expect(secrets).not.toEqual([]);
        const callback = hasStatusCallback ? { callback: CALLBACK_URL } : {};
        if (hasStatusCallback) secrets.push(CALLBACK_TOKEN);
        const echo: Json = {
          error: 'refused',
          code: 99_999,
          you: running.credentials,
          sent: sandbox.message,
          ...callback,
        };
        running.next(answer(status, echo));
        const recorded = JSON.stringify([await bench().deliver(), log]);
        for (const secret of secrets) expect(recorded.includes(JSON.stringify(secret).slice(1, -1))).toBe(false);
      },
    );
  });
}
