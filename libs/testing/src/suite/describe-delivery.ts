import { randomUUID } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { sensitiveValues } from '@patchbay/plugin-host';
import { secretPaths } from '@patchbay/plugin-sdk';
import { answer } from '../sandbox/behaviour.js';
import { realTime } from '../sandbox/real-time.js';
import { requireAccepted } from './require-accepted.js';
import type { SuiteContext } from './suite-context.js';

/** Tests the delivery of a message that the vendor accepts. */
export function describeDelivery({ bench, sandbox, idempotent }: SuiteContext): void {
  describe('deliver', () => {
    it('sends one message as the vendor documents it and returns the vendor’s id', async () => {
      const outcome = await bench().deliver();
      const { inbox, violations } = bench().sandbox;
      expect(violations).toEqual([]);
      requireAccepted(outcome);
      expect(inbox).toHaveLength(1);
      expect(outcome.externalId).toBe(inbox[0]?.externalId);
    });

    it('shows the first request without sending it and without secrets, if it declares `contextHttpOnly`', async () => {
      const { plugin, sandbox: running } = bench();
      const printed = [jest.spyOn(console, 'warn'), jest.spyOn(console, 'error'), jest.spyOn(console, 'log')];
      const { request, note } = await bench().record();
      expect(printed.flatMap(({ mock }) => mock.calls)).toEqual([]);
      for (const spy of printed) spy.mockRestore();
      expect([...running.inbox, ...running.requests]).toEqual([]);
      if (plugin.definition.contextHttpOnly !== true) {
        expect(request).toBeNull();
        return;
      }
      expect({ request, note }).toMatchObject({ request: { url: expect.stringContaining('://') } });
      const secrets = sensitiveValues(running.credentials, secretPaths(plugin.definition.credentials));
      expect(secrets.filter((secret) => JSON.stringify(request).includes(secret))).toEqual([]);
    });

    it.each([-1, 400])('uses the clock of the hub if the clock of its host is %d days ahead', async (days) => {
      const host = jest.spyOn(Date, 'now').mockImplementation(() => realTime() + days * 86_400_000);
      const outcome = await bench()
        .deliver({ isChanged: true })
        .finally(() => host.mockRestore());
      expect(bench().sandbox.violations).toEqual([]);
      requireAccepted(outcome);
    });

    it('makes one attempt: it never sends a second message itself', async () => {
      bench().sandbox.always(answer(500));
      await bench().deliver();
      bench().sandbox.always(undefined);
      expect(bench().sandbox.inbox).toEqual([]);
    });

    it('never reports a failure for a message that the vendor accepted with an unreadable response', async () => {
      bench().sandbox.next(answer(200, '<html>thank you</html>'));
      const outcome = await bench().deliver();
      expect(['accepted', 'unconfirmed', 'rejected']).toContain(outcome.kind);
    });

    const { idempotencyKey, repeatable = false } = sandbox;
    if (repeatable) {
      it('sends the same request in every attempt', async () => {
        const deliveryId = randomUUID();
        await bench().deliver({ deliveryId, attempt: 1 });
        await bench().deliver({ deliveryId, attempt: 2 });
        const [first, second] = bench().sandbox.inbox.map(({ to, subject, text }) => ({ to, subject, text }));
        expect(second).toEqual(first);
        expect(idempotent).toBe(true);
      });
      return;
    }
    if (idempotencyKey === undefined) {
      it('declares that the vendor does not ignore repeated messages', () => {
        expect(idempotent).toBe(false);
      });
      return;
    }
    it('sends the same idempotency key in every attempt, and another key for another delivery', async () => {
      const deliveryId = randomUUID();
      await bench().deliver({ deliveryId, attempt: 1 });
      await bench().deliver({ deliveryId, attempt: 2 });
      await bench().deliver();
      const keys = bench().sandbox.inbox.map(({ request }) => idempotencyKey(request));
      const sent = bench()
        .sandbox.requests.map(idempotencyKey)
        .filter((key) => key !== undefined);
      expect(new Set(sent).size).toBe(2);
      expect(sent[0]).toBe(sent[1]);
      if (idempotent) expect(keys).toHaveLength(2);
    });
  });
}
