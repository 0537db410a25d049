import { isEmail } from 'class-validator';
import type { FieldFormat } from './field-options.js';

interface FormatDefinition {
  /** Text that completes the sentence "must be …". */
  readonly description: string;
  readonly test: (value: string) => boolean;
}

const E164 = /^\+[1-9]\d{6,14}$/;
const HOSTNAME_LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

function isHttpUrl(value: string): boolean {
  if (value.length > 2_048 || !/^https?:\/\//i.test(value) || /\s/.test(value) || !URL.canParse(value)) return false;
  const url = new URL(value);
  return url.username === '' && url.password === '' && url.hostname !== '';
}

function isHostname(value: string): boolean {
  return value.length <= 253 && value.split('.').every((label) => HOSTNAME_LABEL.test(label));
}

/**
 * Returns false for a text with half of a surrogate pair, because the library for e-mail addresses would fail when it
 * encodes the text.
 */
function isWholeEmail(value: string): boolean {
  return !/\p{Surrogate}/u.test(value) && isEmail(value);
}

/** Checks of each {@link FieldFormat}, shared by class-validator and by the `format` keyword of JSON Schema. */
export const FIELD_FORMATS: Readonly<Record<FieldFormat, FormatDefinition>> = {
  email: { description: 'an e-mail address, like person@example.com', test: isWholeEmail },
  uri: { description: 'an http or https URL without credentials in it, like https://api.example.com', test: isHttpUrl },
  hostname: { description: 'a host name, like api.example.com', test: isHostname },
  e164: { description: 'a phone number in E.164, like +15005550006', test: (value) => E164.test(value) },
};

/** Returns true if this is the name of one of {@link FIELD_FORMATS}. */
export function isFieldFormat(name: string): name is FieldFormat {
  return Object.hasOwn(FIELD_FORMATS, name);
}
