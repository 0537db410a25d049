import { Field__fieldImports__ } from '@patchbay/plugin-sdk';

/** Credentials of a brand at the vendor. */
export class Credentials {
  @Field({ label: 'API key', help: 'Describe where the vendor shows it.', secret: true, minLength: 1 })
  apiKey: string;
}

/** Settings of a destination. */
export class Settings {
__settings__  @Field({ label: 'Base URL', help: 'Another address for the vendor.', optional: true, format: 'uri', fileOnly: true })
  baseUrl?: string;
}

/** Message that a mapping must create. */
export class Message {
__fields__
}
