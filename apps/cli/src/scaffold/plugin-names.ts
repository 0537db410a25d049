import { usageError } from '../cli-error.js';

/** Spellings of a destination type in the files of a plugin. */
export interface PluginNames {
  /** Type in the form `acme-sms`: the name of the folder, and the type in brand files. */
  readonly type: string;
  /** Type in camel case: `acmeSms`. */
  readonly camel: string;
  /** Type in the form of environment variables: `ACME_SMS`. */
  readonly env: string;
  /** Type in words, for display: `Acme SMS`. */
  readonly label: string;
}

const TYPE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST = 64;
const ACRONYMS = new Set(['sms', 'api', 'http', 'crm']);

/** Derives all spellings of a destination type. Throws a usage error if the type is invalid. */
export function pluginNames(type: string): PluginNames {
  if (!TYPE.test(type) || type.length > LONGEST) {
    throw usageError(
      `"${type}" is not a valid destination type.`,
      `Use lower-case words joined by hyphens, the vendor first, at most ${LONGEST} characters, e.g. acme-sms.`,
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
