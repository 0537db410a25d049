import type { FieldPath } from '../field-path.js';

/** Maximum length of a name without its numeric suffix. A reference allows names of 128 characters. */
const MAX_LENGTH = 120;

/**
 * Generator of environment variable names from the paths of secrets: `acme`, `destinations.sms.credentials.authToken` →
 * `ACME_DESTINATIONS_SMS_CREDENTIALS_AUTH_TOKEN`. Names are unique and differ from the variables of the hub.
 */
export class VariableNames {
  private readonly given = new Set<string>();

  constructor(private readonly brand: string) {}

  nameOf(path: FieldPath): string {
    const words = [this.brand, ...path]
      .map((segment) => toUpperSnakeCase(String(segment)))
      .filter((word) => word !== '');
    const joined = words.join('_');
    const base = (/^(\d|PATCHBAY_|OTEL_)/.test(joined) ? `BRAND_${joined}` : joined).slice(0, MAX_LENGTH);
    let name = base;
    for (let count = 2; this.given.has(name); count += 1) name = `${base}_${count}`;
    this.given.add(name);
    return name;
  }
}

function toUpperSnakeCase(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .toUpperCase();
}
