import { DeliveryError, isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import { attributesOf } from './merge-customer.js';
import { callMagento, type MagentoContext } from './magento-api.js';
import type { MagentoSettings } from './magento-loyalty.dto.js';
import { encodeStrictly } from './oauth1.js';

/**
 * Returns the id of the only customer that matches a value; undefined if no customer matches. If the settings name a
 * website, searches only this website. Throws `rejected` if several customers match. The error never contains the value.
 */
export async function findCustomer(context: MagentoContext, value: string): Promise<number | undefined> {
  const { settings } = context;
  if (settings.match === 'customerId' && !/^\d{1,15}$/.test(value)) {
    throw new DeliveryError(
      'rejected',
      '"match" in the message is not a customer id of Magento, which is a whole number. Correct the mapping.',
    );
  }
  const { items, total } = await search(context, value);
  const where = `${settings.match === 'attribute' ? fieldOf(settings) : settings.match} ${placeOf(settings)}`;
  if (total > 1) {
    throw new DeliveryError(
      'rejected',
      `Magento has ${String(total)} customers with this ${where}, so none was changed. Set "websiteId", or match by ` +
        'a unique value.',
    );
  }
  const id = isJsonObject(items[0]) ? items[0].id : undefined;
  return typeof id === 'number' ? id : undefined;
}

/** Tests credentials, address, store code and the attribute for matching, with a search that matches nobody. */
export async function searchNobody(context: MagentoContext): Promise<void> {
  await search(context, context.settings.match === 'customerId' ? '0' : 'nobody@patchbay.invalid');
}

/**
 * Throws if the value does not belong to this customer, because another customer must not get these points. MySQL
 * ignores accents in a search, and the customer may have changed since the search.
 */
export function checkCustomer(customer: JsonObject, settings: MagentoSettings, value: string): void {
  const field = fieldOf(settings);
  const own = field === 'entity_id' ? customer.id : (customer[field] ?? attributesOf(customer).get(field));
  if (typeof own === 'object' || String(own).toLowerCase() !== value.trim().toLowerCase()) throw notFound(settings);
}

/** Searches for customers, from "Search using REST endpoints": filter groups are joined by AND. */
async function search(context: MagentoContext, value: string): Promise<{ items: Json[]; total: number }> {
  const { settings } = context;
  const filters = [[fieldOf(settings), value.trim()]];
  if (settings.websiteId !== undefined) filters.push(['website_id', String(settings.websiteId)]);
  const criteria = filters.flatMap(([field = '', wanted = ''], index) => {
    const filter = `searchCriteria[filter_groups][${String(index)}][filters][0]`;
    return [
      [`${filter}[field]`, field],
      [`${filter}[value]`, wanted],
      [`${filter}[condition_type]`, 'eq'],
    ];
  });
  criteria.push(['searchCriteria[pageSize]', '2']);
  const query = criteria.map((pair) => pair.map(encodeStrictly).join('=')).join('&');
  const response = await callMagento(context, { method: 'GET', path: `customers/search?${query}` });
  const found = response.json();
  if (isJsonObject(found) && Array.isArray(found.items) && typeof found.total_count === 'number') {
    return { items: found.items, total: found.total_count };
  }
  throw new DeliveryError('credentials', 'The response is not from a Magento Web API. Check the setting "baseUrl".');
}

/** Returns the field to search by. Throws if the settings do not name the field. */
function fieldOf({ match, matchAttribute }: MagentoSettings): string {
  if (match === 'email') return 'email';
  if (match === 'customerId') return 'entity_id';
  if (matchAttribute !== undefined) return matchAttribute;
  throw new DeliveryError(
    'credentials',
    'The setting "match" is "attribute", but "matchAttribute" is not set. Set "matchAttribute" to the attribute code.',
  );
}

/** Returns the error for a value that no customer matches. */
export function notFound(settings: MagentoSettings): DeliveryError {
  return new DeliveryError(
    'rejected',
    `Magento has no customer with this ${settings.match} ${placeOf(settings)}. Once the customer has an account ` +
      'there, ' +
      'send the delivery again.',
  );
}

function placeOf({ websiteId }: MagentoSettings): string {
  return websiteId === undefined ? 'on any website' : `on website ${String(websiteId)}`;
}
