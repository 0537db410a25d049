import { until } from '@patchbay/testing/services';
import { at, type TestHub } from './test-hub.js';

/** Waits until the first delivery of an event of the brand `acme` has ended, and returns the delivery. */
export function endedDelivery(hub: Pick<TestHub, 'admin'>, eventId: string): Promise<unknown> {
  return until(
    async () => {
      const { body } = await hub.admin('GET', `/v1/brands/acme/events/${eventId}`);
      const subscriptions = at(body, 'subscriptions') as readonly unknown[];
      const delivery = subscriptions.map((one) => at(one, 'delivery')).find((one) => one !== null);
      const status = at(delivery, 'status');
      return status === undefined || status === 'scheduled' ? undefined : delivery;
    },
    { what: 'the delivery to have ended', timeoutMs: 20_000 },
  );
}
