import { AnyOf, Field, OneOf, VENDOR, type JsonObject } from '@patchbay/plugin-sdk';

const ATTRIBUTE_CODE = /^[a-z][a-z0-9_]{0,59}$/;

/** The four keys of an integration, which authorize calls since Magento 2.4.4. */
export class OauthIntegration {
  @Field({ label: 'Consumer key', minLength: 1 })
  consumerKey: string;

  @Field({ label: 'Consumer secret', secret: true, minLength: 1 })
  consumerSecret: string;

  @Field({ label: 'Access token', secret: true, minLength: 1 })
  accessToken: string;

  @Field({ label: 'Access token secret', secret: true, minLength: 1 })
  accessTokenSecret: string;
}

/** User of Magento's admin panel, without two-factor authentication. */
export class AdminLogin {
  @Field({ label: 'User name', minLength: 1 })
  username: string;

  @Field({ label: 'Password', secret: true, minLength: 1 })
  password: string;
}

/** OAuth server-to-server credentials of a project in the Adobe Developer Console. */
export class ImsClient {
  @Field({ label: 'Client id', minLength: 1 })
  clientId: string;

  @Field({ label: 'Client secret', secret: true, minLength: 1 })
  clientSecret: string;

  @Field({ label: 'Organization id', help: 'Like 0123ABCD@AdobeOrg.', optional: true, pattern: /^[\x21-\x7e]+$/ })
  orgId?: string;
}

/**
 * One of four kinds of credentials. Access tokens (the first two kinds) do not expire. For administrators and IMS, the
 * plugin fetches tokens.
 */
@OneOf([['oauth1'], ['bearerToken'], ['admin'], ['ims']])
export class MagentoCredentials {
  @Field({ label: 'Integration (OAuth 1.0a)', help: 'System > Integrations.', optional: true, type: OauthIntegration })
  oauth1?: OauthIntegration;

  @Field({
    label: 'Bearer token',
    help: 'Only if the store allows access tokens as standalone bearer tokens.',
    optional: true,
    secret: true,
    pattern: /^[\x21-\x7e]+$/,
  })
  bearerToken?: string;

  @Field({ label: 'Administrator', optional: true, type: AdminLogin })
  admin?: AdminLogin;

  @Field({ label: 'Adobe IMS', help: 'For Adobe Commerce as a Cloud Service.', optional: true, type: ImsClient })
  ims?: ImsClient;
}

/** Address of the store, and the way to find its customers. */
export class MagentoSettings {
  @Field({
    label: 'Base URL',
    help: 'URL of the shop, without /rest. For the cloud service, include the tenant.',
    format: 'uri',
    example: 'https://shop.example.com',
  })
  baseUrl: string;

  @Field({ label: 'Store code', help: 'Code of a store view.', optional: true, pattern: /^[A-Za-z][A-Za-z0-9_]*$/ })
  storeCode?: string;

  @Field({
    label: 'Website id',
    help: 'E-mail addresses are unique within a website.',
    optional: true,
    type: 'integer',
    minimum: 1,
  })
  websiteId?: number;

  @Field({ label: 'Match by', enum: ['email', 'customerId', 'attribute'], default: 'email' })
  match: 'email' | 'customerId' | 'attribute' = 'email';

  @Field({
    label: 'Attribute to match by',
    help: 'Attribute code, if customers are matched by attribute.',
    optional: true,
    pattern: ATTRIBUTE_CODE,
    example: 'loyalty_card',
  })
  matchAttribute?: string;

  @Field({
    label: 'Mode',
    help: 'async sends the change to the message queue of the store and waits for it.',
    enum: ['sync', 'async'],
    default: 'sync',
  })
  mode: 'sync' | 'async' = 'sync';

  @Field({
    label: 'Create customers',
    help: 'Creates a customer who does not exist, if the message has "create". Not with "match" customerId.',
    type: 'boolean',
    default: false,
  })
  createCustomers = false;

  @Field({
    label: 'IMS URL',
    help: 'Replaces the address of Adobe IMS.',
    optional: true,
    format: 'uri',
    fileOnly: true,
  })
  imsUrl?: string;
}

/** Data of a customer whom the plugin creates if no customer matches. Magento requires these fields. */
export class NewCustomer {
  @Field({ label: 'E-mail', format: 'email', personal: true, example: 'customer@example.com' })
  email: string;

  @Field({ label: 'First name', minLength: 1, maxLength: 255, personal: true })
  firstname: string;

  @Field({ label: 'Last name', minLength: 1, maxLength: 255, personal: true })
  lastname: string;
}

/** Customer to change, and the changes. */
@AnyOf([['customAttributes'], ['groupId'], ['vendor']])
export class MagentoMessage {
  @Field({
    label: 'Match',
    help: 'The e-mail address, customer id or attribute value of the customer.',
    minLength: 1,
    maxLength: 255,
    personal: true,
    example: 'customer@example.com',
  })
  match: string;

  @Field({
    label: 'Custom attributes',
    help: 'Values by attribute code: text, numbers, true or false. Absent and null values are not changed.',
    optional: true,
    type: 'object',
    personal: true,
    example: { loyalty_points: 120 },
  })
  customAttributes?: JsonObject;

  @Field({ label: 'Customer group id', optional: true, type: 'integer', minimum: 1 })
  groupId?: number;

  @Field({
    label: 'New customer',
    help: 'Data of the customer to create if no customer matches. Needs the setting "createCustomers".',
    optional: true,
    type: NewCustomer,
  })
  create?: NewCustomer;

  @Field({ ...VENDOR, help: 'Further fields of the request, for example { customer: { dob: "1990-01-31" } }.' })
  vendor?: JsonObject;
}
