import { jsonObjectIn, withVendorFields, type DeliveryResult, type JsonObject } from '@patchbay/plugin-sdk';
import { callMagento, type MagentoContext } from './magento-api.js';
import type { MagentoMessage, MagentoSettings, NewCustomer } from './magento-loyalty.dto.js';
import { droppedError, RESERVED, type Change } from './merge-customer.js';

/** Returns the data of the customer to create; undefined if the plugin must not create one. */
export function creatable(settings: MagentoSettings, { create }: MagentoMessage): NewCustomer | undefined {
  return settings.createCustomers ? create : undefined;
}

/**
 * Creates a customer with the changes of a message (`POST /V1/customers`). A retry after a lost answer finds the customer
 * and changes it.
 * @param match value by which later messages find the customer
 */
export async function createCustomer(
  context: MagentoContext,
  { email, firstname, lastname }: NewCustomer,
  change: Change,
  match: string,
): Promise<DeliveryResult> {
  const { websiteId, match: matchBy, matchAttribute } = context.settings;
  const attributes = new Map(change.attributes);
  if (matchBy === 'attribute' && matchAttribute !== undefined) attributes.set(matchAttribute, match);
  const customer: JsonObject = {
    ...{ email, firstname, lastname },
    ...(websiteId !== undefined && { website_id: websiteId }),
    ...(change.groupId !== undefined && { group_id: change.groupId, disable_auto_group_change: 1 }),
    custom_attributes: [...attributes].map(([code, value]) => ({ attribute_code: code, value })),
  };
  const json = withVendorFields({ customer }, change.vendor, RESERVED);
  const { status, text } = await callMagento(context, { method: 'POST', path: 'customers', json });
  const dropped = droppedError(jsonObjectIn(text), { attributes }, status);
  if (dropped !== undefined) throw dropped;
  return { response: { status } };
}
