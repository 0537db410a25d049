import {
  defineDestination,
  DeliveryError,
  isJsonObject,
  jsonObjectIn,
  type HttpResponse,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import { creatable, createCustomer } from './create-customer.js';
import { lastingConflict } from './errors.js';
import { checkCustomer, findCustomer, notFound, searchNobody } from './find-customer.js';
import { callMagento, type MagentoContext } from './magento-api.js';
import { MagentoCredentials, MagentoMessage, MagentoSettings } from './magento-loyalty.dto.js';
import { changedBody, changeOf, droppedError } from './merge-customer.js';
import { writeQueued } from './queued-write.js';

/**
 * Custom attributes and the group of a Magento customer. Reward points and store credit are missing, because Magento
 * has no operation that writes them (admin-schema 2.4.9). A write contains the whole new state, so repeating the write
 * has no effect.
 */
export default defineDestination({
  type: 'magento-loyalty',
  label: 'Magento loyalty sync',
  description: 'Keeps loyalty attributes and the customer group in Magento and Adobe Commerce up to date.',
  category: 'commerce',
  messaging: null,
  docsUrl: 'https://developer.adobe.com/commerce/webapi/rest/',
  limits: { ratePerSecond: 10, concurrency: 5, timeoutMs: 30_000 },
  contract: 2,
  contextHttpOnly: true,
  idempotent: true,
  credentials: MagentoCredentials,
  settings: MagentoSettings,
  message: MagentoMessage,

  checkSettings: ({ createCustomers, match }) =>
    createCustomers && match === 'customerId'
      ? [{ field: 'createCustomers', message: 'needs "match" email or attribute, because Magento chooses the id' }]
      : [],

  /** Searches for a customer that cannot exist, so that the search writes nothing and reads no customer. */
  verify: searchNobody,

  /** Reads, merges and writes under a lock per customer, so that concurrent deliveries never overwrite each other. */
  async deliver(context, message) {
    const change = changeOf(message);
    const id = await findCustomer(context, message.match);
    if (id === undefined) {
      const customer = creatable(context.settings, message);
      if (customer === undefined) throw notFound(context.settings);
      return createCustomer(context, customer, change, message.match).catch((error: unknown) => {
        throw lastingConflict(error, context.delivery.attempt);
      });
    }
    const path = `customers/${String(id)}`;
    return context.lock(path, async () => {
      const current = (await callMagento(context, { method: 'GET', path })).json();
      if (!isJsonObject(current))
        throw new DeliveryError(
          'transient',
          'The response of Magento does not contain the customer. The hub retries the delivery.',
        );
      checkCustomer(current, context.settings, message.match);
      const { saved, externalId } = await save(context, path, changedBody(current, change));
      const { status, text } = saved;
      const dropped = droppedError(jsonObjectIn(text), change, status);
      if (dropped !== undefined) throw dropped;
      return { response: { status }, externalId };
    });
  },
});

/**
 * Writes the customer, and resolves with the customer as the store returns it. The message queue returns no customer.
 */
async function save(
  context: MagentoContext,
  path: string,
  json: JsonObject,
): Promise<{ saved: HttpResponse; externalId?: string }> {
  if (context.settings.mode === 'sync') return { saved: await callMagento(context, { method: 'PUT', path, json }) };
  const externalId = await writeQueued(context, path, json);
  return { saved: await callMagento(context, { method: 'GET', path }), externalId };
}
