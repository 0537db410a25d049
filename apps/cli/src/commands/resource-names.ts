import { usageError } from '../cli-error.js';

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** `acme/sms` → brand and the other name. Throws a usage error for anything else. */
export function splitName(text: string, what: string): { readonly brand: string; readonly name: string } {
  const [brand = '', name = '', ...more] = text.split('/');
  if (more.length === 0 && NAME.test(brand) && NAME.test(name)) return { brand, name };
  throw usageError(`"${text}" is not <brand>/<${what}>.`, `Write it like acme/${what}.`);
}

/** A brand's name. Throws a usage error for anything else. */
export function brandName(text: string): string {
  if (NAME.test(text)) return text;
  throw usageError(`"${text}" is not the name of a brand: small letters, digits and - only.`);
}
