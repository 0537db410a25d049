import type { FieldOptions } from './field/field-options.js';

/** Field options of the setting `baseUrl`, with which tests and proxies replace the address of the vendor. */
export const BASE_URL: FieldOptions = {
  label: 'Base URL',
  help: 'Replaces the address of the vendor.',
  optional: true,
  format: 'uri',
  fileOnly: true,
};

/** Field options of the message field with the recipient's phone number. */
export const TO_PHONE: FieldOptions = {
  label: 'To',
  help: 'In E.164.',
  format: 'e164',
  personal: true,
  address: 'phone',
  example: '+15005550010',
};
