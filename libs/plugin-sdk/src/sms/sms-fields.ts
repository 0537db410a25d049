import type { FieldOptions } from '../field/field-options.js';

/** Field options of the setting `maxSegments`, shared by all SMS plugins; see `smsText`. */
export const MAX_SEGMENTS: FieldOptions = {
  label: 'Segments at most',
  help: 'A longer text is cut at a word. The vendor charges per segment: 160 characters, or 70 with emoji and most scripts.',
  optional: true,
  type: 'integer',
  minimum: 1,
  maximum: 10,
};

/** Field options of the setting `unsubscribeText`, shared by all SMS plugins; see `smsText`. */
export const UNSUBSCRIBE_TEXT: FieldOptions = {
  label: 'Unsubscribe text',
  help: 'Added to the end of every text and never cut, for promotional messages if a law or the vendor requires it.',
  optional: true,
  minLength: 1,
  maxLength: 60,
  example: 'Reply STOP to opt out',
};
