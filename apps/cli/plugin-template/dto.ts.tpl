import { Field__fieldImports__ } from '@patchbay/plugin-sdk';

/** Whom the vendor knows this brand by. */
export class Credentials {
  @Field({ label: 'API key', help: 'Say where the vendor shows it.', secret: true, minLength: 1 })
  apiKey: string;
}

/** How this brand uses the vendor. */
export class Settings {
__settings__  @Field({ label: 'Base URL', help: 'Another address for the vendor.', optional: true, format: 'uri', fileOnly: true })
  baseUrl?: string;
}

/** What a mapping has to produce. */
export class Message {
__fields__
}
