import { isEmail } from 'class-validator';
import type { FieldFormat } from './field-options.js';

interface FormatDefinition {
  /** Ends the sentence "must be …". */
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

/** The library encodes the value, and fails on half of a surrogate pair. */
function isWholeEmail(value: string): boolean {
  return !/\p{Surrogate}/u.test(value) && isEmail(value);
}

/** The checks behind {@link FieldFormat}: the same ones for class-validator and for JSON Schema's `format`. */
export const FIELD_FORMATS: Readonly<Record<FieldFormat, FormatDefinition>> = {
  email: { description: 'an e-mail address, like person@example.com', test: isWholeEmail },
  uri: { description: 'an http or https URL without credentials in it, like https://api.example.com', test: isHttpUrl },
  hostname: { description: 'a host name, like api.example.com', test: isHostname },
  e164: { description: 'a phone number in E.164, like +15005550006', test: (value) => E164.test(value) },
};

/** Whether this is the name of one of {@link FIELD_FORMATS}. */
export function isFieldFormat(name: string): name is FieldFormat {
  return Object.hasOwn(FIELD_FORMATS, name);
}
