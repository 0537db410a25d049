import type { FieldOptions } from '../field/field-options.js';

/** How every SMS plugin declares its setting `maxSegments`: see `smsText`. */
export const MAX_SEGMENTS: FieldOptions = {
  label: 'Segments at most',
  help: 'A longer text is cut at a word. Each segment is charged: 160 characters, or 70 with emoji and most scripts.',
  optional: true,
  type: 'integer',
  minimum: 1,
  maximum: 10,
};

/** How every SMS plugin declares its setting `unsubscribeText`: see `smsText`. */
export const UNSUBSCRIBE_TEXT: FieldOptions = {
  label: 'Unsubscribe text',
  help: 'Put behind every text and never cut, for promotional messages where a law or the vendor wants it.',
  optional: true,
  minLength: 1,
  maxLength: 60,
  example: 'Reply STOP to opt out',
};
