import { InvalidArgumentError } from 'commander';
import { usageError } from '../cli-error.js';

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Splits a name such as `acme/sms` into the brand and the name within the brand. Throws a usage error if the text has
 * another form.
 */
export function splitName(text: string, what: string): { readonly brand: string; readonly name: string } {
  const [brand = '', name = '', ...more] = text.split('/');
  if (more.length === 0 && NAME.test(brand) && NAME.test(name)) return { brand, name };
  throw usageError(`"${text}" is not <brand>/<${what}>.`, `Write it like acme/${what}.`);
}

/** Checks a brand name. Throws a usage error if it is invalid. */
export function brandName(text: string): string {
  if (NAME.test(text)) return text;
  throw usageError(`"${text}" is not a valid brand name.`, 'Use only lower-case letters, digits and -.');
}

/** Parses the number of a version. */
export function readVersion(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Use the number of a version, e.g. 3.');
}
