import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Response of the store. */
export interface StoreAnswer {
  readonly status: number;
  readonly body: Json;
}

/** Attributes that exist in the store ("Stores > Attributes > Customer"). */
export const ATTRIBUTES: readonly string[] = [
  'loyalty_card',
  'loyalty_customer_id',
  'loyalty_points',
  'loyalty_lifetime_points',
  'loyalty_tier',
  'loyalty_last_activity',
  'loyalty_last_activity_at',
  'shoe_size',
];

const GROUPS: readonly number[] = [1, 2, 3];
const SEARCHABLE = ['entity_id', 'email', 'website_id', 'firstname', 'lastname', 'taxvat', ...ATTRIBUTES];

/** Returns an error in Magento's format ("Status codes and REST responses"). */
export function magentoError(status: number, message: string, parameters?: Json): StoreAnswer {
  return { status, body: { message, ...(parameters !== undefined && { parameters }) } };
}

/**
 * Customers of a store, from `admin-schema` (customers/*), `CustomerRepository::save` and issues of magento/magento2. A
 * PUT replaces the customer: omitted data is lost or reset, such as the group (#14663), default addresses (#7380) and
 * custom attributes (#27909). A list of addresses is the final state, so an address that it lacks is deleted (#2499).
 * Without the list, addresses stay as they are, and so does the newsletter without `is_subscribed`. A custom attribute
 * without a value is refused; an unknown attribute is ignored silently.
 */
export class StoreCustomers {
  private readonly customers = new Map<number, JsonObject>(SEED.map((customer) => [idOf(customer), customer]));

  /**
   * Handles `GET /V1/customers/search`. Filter groups are joined by AND, filters within a group by OR. Supports only
   * the condition `eq`.
   */
  search(query: URLSearchParams): StoreAnswer {
    const groups = filterGroups(query);
    if (groups.length === 0) {
      return magentoError(400, '"%fieldName" is required. Enter and try again.', { fieldName: 'searchCriteria' });
    }
    for (const { field = '', condition_type: condition = 'eq' } of groups.flat()) {
      if (!SEARCHABLE.includes(field)) {
        return magentoError(400, 'The "%1" attribute name is invalid. Reset the name and try again.', [field]);
      }
      if (condition !== 'eq') return magentoError(400, 'The sandbox supports the condition eq only.');
    }
    const found = [...this.customers.values()].filter((customer) =>
      groups.every((group) => group.some(({ field = '', value = '' }) => matches(customer, field, value))),
    );
    const pageSize = Number(query.get('searchCriteria[pageSize]') ?? 0) || found.length;
    return {
      status: 200,
      body: {
        // The search omits some attributes, because Magento returns all attributes only if a single customer is read.
        items: found
          .slice(0, pageSize)
          .map(({ custom_attributes: _attributes, addresses: _addresses, ...rest }) => rest),
        search_criteria: { filter_groups: [], page_size: pageSize },
        total_count: found.length,
      },
    };
  }

  /** Handles `GET /V1/customers/:customerId`: returns one customer. */
  read(id: string): StoreAnswer {
    const customer = this.customers.get(Number(id));
    return customer ? { status: 200, body: customer } : notFound('customerId', id);
  }

  /** Handles `POST /V1/customers`: creates a customer, whose id the store chooses. */
  create(customer: JsonObject, at: Date): StoreAnswer {
    const { email, website_id: website = 1 } = customer;
    const isKnown = [...this.customers.values()].some((one) => one.email === email && one.website_id === website);
    if (isKnown) {
      return magentoError(400, 'A customer with the same email address already exists in an associated website.');
    }
    const id = Math.max(...this.customers.keys()) + 1;
    const empty: JsonObject = { id, addresses: [], extension_attributes: { is_subscribed: false } };
    this.customers.set(id, { ...empty, created_at: at.toISOString() });
    const result = this.replace({ ...empty, ...customer, website_id: website }, at.toISOString());
    if (result.status !== 200) this.customers.delete(id);
    return result;
  }

  /** Handles `PUT /V1/customers/:customerId`: replaces the customer by the `customer` in the body. */
  replace(customer: JsonObject, now: string): StoreAnswer {
    const { id, email, website_id: website } = customer;
    const before = typeof id === 'number' ? this.customers.get(id) : undefined;
    if (typeof email !== 'string') return magentoError(400, 'The customer email is missing. Enter and try again.');
    if (!before) {
      return typeof id === 'number'
        ? notFound('customerId', String(id))
        : magentoError(400, 'A customer with the same email address already exists in an associated website.');
    }
    const missing = ['firstname', 'lastname', 'website_id'].filter((name) => !customer[name]);
    if (missing.length === 1) {
      return magentoError(400, '"%fieldName" is required. Enter and try again.', { fieldName: missing[0] ?? '' });
    }
    if (missing.length > 1) {
      const errors = missing.map((fieldName) => ({ message: '"%fieldName" is required.', parameters: { fieldName } }));
      return { status: 400, body: { message: 'One or more input exceptions have occurred.', errors } };
    }
    const group = customer.group_id ?? 1;
    if (!GROUPS.includes(Number(group))) return notFound('id', textOf(group));
    const attributes = objectsIn(customer.custom_attributes);
    const empty = attributes.find(({ value }) => value === null || value === undefined);
    if (empty) {
      const details = `Value is not set for attribute code "${textOf(empty.attribute_code)}"`;
      return magentoError(400, 'Error occurred during "%field_name" processing. %details', {
        field_name: 'custom_attributes',
        details,
      });
    }
    const known = attributes.filter(
      ({ attribute_code: code, value }) => value !== '' && ATTRIBUTES.includes(textOf(code)),
    );
    const after: JsonObject = {
      ...customer,
      website_id: website ?? null,
      group_id: group,
      created_at: before.created_at ?? null,
      updated_at: now,
      disable_auto_group_change: customer.disable_auto_group_change ?? 0,
      addresses: objectsIn(customer.addresses ?? before.addresses),
      extension_attributes: customer.extension_attributes ?? before.extension_attributes ?? null,
      custom_attributes: known,
    };
    this.customers.set(idOf(after), after);
    return { status: 200, body: after };
  }
}

function notFound(fieldName: string, fieldValue: string): StoreAnswer {
  return magentoError(404, 'No such entity with %fieldName = %fieldValue', { fieldName, fieldValue });
}

/** Parses `searchCriteria[filter_groups][0][filters][0][field]=email` and similar parameters. */
function filterGroups(query: URLSearchParams): Record<string, string>[][] {
  const groups: Record<string, string>[][] = [];
  for (const [name, value] of query) {
    const place = /^searchCriteria\[filter_?[gG]roups\]\[(\d)\]\[filters\]\[(\d)\]\[(\w+)\]$/.exec(name);
    if (!place) continue;
    const [, group = 0, filter = 0, part = ''] = place;
    const filters = (groups[Number(group)] ??= []);
    filters[Number(filter)] = { ...filters[Number(filter)], [part]: value };
  }
  return groups;
}

/**
 * Returns true if a field of a customer equals the value. Compares as MySQL does: letter case and accents are ignored.
 * A text that is compared with an id counts as the number at its start.
 */
function matches(customer: JsonObject, field: string, value: string): boolean {
  if (field === 'entity_id') return customer.id === Number.parseInt(value, 10);
  const attribute = objectsIn(customer.custom_attributes).find(({ attribute_code: code }) => code === field);
  return plain(attribute?.value ?? customer[field] ?? null) === plain(value);
}

function plain(value: Json): string {
  return textOf(value).normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** Returns a value as text; empty for null, lists and objects. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function objectsIn(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function idOf(customer: JsonObject): number {
  return typeof customer.id === 'number' ? customer.id : 0;
}

/** Returns an invented customer. */
function person(
  id: number,
  email: string,
  website: number,
  attributes: Readonly<Record<string, Json>> = {},
): JsonObject {
  const address = (addressId: number, extra: JsonObject): JsonObject => ({
    id: addressId,
    customer_id: id,
    region: { region_code: null, region: null, region_id: 0 },
    region_id: 0,
    country_id: 'IN',
    street: ['1 Invented Road'],
    telephone: '+919000000001',
    postcode: '560001',
    city: 'Bengaluru',
    firstname: 'Asha',
    lastname: 'Nandakumar',
    ...extra,
  });
  return {
    id,
    group_id: 2,
    default_billing: String(id * 10),
    default_shipping: String(id * 10 + 1),
    created_at: '2025-01-02 03:04:05',
    updated_at: '2025-01-02 03:04:05',
    created_in: 'Default Store View',
    dob: '1990-01-31',
    email,
    firstname: 'Asha',
    lastname: 'Nandakumar',
    middlename: 'Devi',
    gender: 0,
    store_id: website,
    website_id: website,
    addresses: [address(id * 10, { default_billing: true }), address(id * 10 + 1, { default_shipping: true })],
    disable_auto_group_change: 0,
    extension_attributes: { is_subscribed: true },
    custom_attributes: [
      { attribute_code: 'shoe_size', value: '38' },
      // Extensions leave attributes without a value behind (mage2pro/core #12).
      { attribute_code: 'df', value: null },
      ...Object.entries(attributes).map(([code, value]) => ({ attribute_code: code, value })),
    ],
  };
}

const SEED: readonly JsonObject[] = [
  person(41, 'customer@example.com', 1, { loyalty_card: 'CARD-0041' }),
  person(42, 'asha@example.com', 1, { loyalty_card: 'CARD-0042' }),
  person(43, 'ravi@example.com', 1),
  person(44, 'ben@example.com', 1),
  person(45, "Plus+Tag.o'neil@example.com", 1, { loyalty_card: 'a b&c=d/é' }),
  person(46, 'jose@example.com', 1),
  person(51, 'twin@example.com', 1),
  person(52, 'twin@example.com', 2),
];
