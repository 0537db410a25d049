import { usageError } from '../cli-error.js';

/** A destination type in the spellings that a plugin's files use. */
export interface PluginNames {
  /** `acme-sms`: the folder, and what a brand's file says. */
  readonly type: string;
  /** `acmeSms` */
  readonly camel: string;
  /** `ACME_SMS` */
  readonly env: string;
  /** `Acme SMS` */
  readonly label: string;
}

const TYPE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST = 64;
const ACRONYMS = new Set(['sms', 'api', 'http', 'crm']);

/** Throws a usage error where the type is none. */
export function pluginNames(type: string): PluginNames {
  if (!TYPE.test(type) || type.length > LONGEST) {
    throw usageError(
      `"${type}" is no destination type.`,
      `Write lower-case words joined by hyphens, the vendor first, at most ${LONGEST} characters: acme-sms.`,
    );
  }
  const words = type.split('-');
  const pascal = words.map(capital).join('');
  return {
    type,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    env: words.join('_').toUpperCase(),
    label: words.map((word) => (ACRONYMS.has(word) ? word.toUpperCase() : capital(word))).join(' '),
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
