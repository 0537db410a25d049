import type { JsonObject } from '@patchbay/plugin-sdk';

/* Request schemas, written by hand from AdobeDocs/commerce-webapi, `admin-schema-2.4.9`. */

const text: JsonObject = { type: 'string' };
const nullableText: JsonObject = { type: ['string', 'null'] };
const integer: JsonObject = { type: 'integer' };
const attributes: JsonObject = {
  type: 'array',
  items: {
    type: 'object',
    properties: { attribute_code: text, value: text },
    required: ['attribute_code', 'value'],
    additionalProperties: false,
  },
};

/** Schema `customer-data-customer-interface` and its parts. When a customer is read, an absent region is null. */
const CUSTOMER: JsonObject = {
  type: 'object',
  properties: {
    ...Object.fromEntries(
      'default_billing default_shipping confirmation created_at updated_at created_in dob email firstname lastname middlename prefix suffix taxvat'
        .split(' ')
        .map((name) => [name, text]),
    ),
    ...Object.fromEntries(
      'id group_id gender store_id website_id disable_auto_group_change'.split(' ').map((name) => [name, integer]),
    ),
    addresses: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          ...Object.fromEntries(
            'country_id company telephone fax postcode city firstname lastname middlename prefix suffix vat_id'
              .split(' ')
              .map((name) => [name, text]),
          ),
          id: integer,
          customer_id: integer,
          region_id: integer,
          region: {
            type: 'object',
            properties: { region_code: nullableText, region: nullableText, region_id: integer },
            additionalProperties: false,
          },
          street: { type: 'array', items: text },
          default_billing: { type: 'boolean' },
          default_shipping: { type: 'boolean' },
          custom_attributes: attributes,
        },
        additionalProperties: false,
      },
    },
    extension_attributes: {
      type: 'object',
      properties: { is_subscribed: { type: 'boolean' }, assistance_allowed: integer },
      additionalProperties: false,
    },
    custom_attributes: attributes,
  },
  required: ['email', 'firstname', 'lastname'],
  additionalProperties: false,
};

/** Body of `PUT /V1/customers/:customerId`. */
export const WRITE_BODY: JsonObject = {
  type: 'object',
  properties: { customer: CUSTOMER, passwordHash: text },
  required: ['customer'],
  additionalProperties: false,
};

/** Body of `POST /V1/integration/admin/token`. */
export const LOGIN_BODY: JsonObject = {
  type: 'object',
  properties: { username: text, password: text },
  required: ['username', 'password'],
  additionalProperties: false,
};
