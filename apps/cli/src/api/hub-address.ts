import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import type { HubAddress } from './hub-client.js';
import { isLoopback } from './is-loopback.js';

const DEFAULT_URL = 'http://127.0.0.1:3000';
/** File in which a hub with the embedded database stores the admin key that it generated. */
const KEY_FILE = join('.patchbay', 'admin.key');

/**
 * Reads PATCHBAY_URL and PATCHBAY_ADMIN_KEY. If no key is set and the hub is on this machine, reads the key that the hub
 * generated in `.patchbay` of the current folder.
 * @throws CliError if the URL is invalid, or if PATCHBAY_ADMIN_KEY is empty. The message does not contain the URL, which may hold a password.
 */
export function hubAddress(env: CliContext['env']): HubAddress {
  const text = env.PATCHBAY_URL?.trim() ?? '';
  const given = text === '' ? DEFAULT_URL : text;
  const parsed = URL.canParse(given) ? new URL(given) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || hasExtras(parsed)) {
    throw new CliError(
      'PATCHBAY_URL is not a valid http or https URL, or it contains a user name, a password, a query or a fragment.',
      `Set it to a URL like ${DEFAULT_URL}.`,
    );
  }
  const url = parsed.href.replace(/\/+$/, '');
  const set = env.PATCHBAY_ADMIN_KEY?.trim();
  if (set === '') {
    throw new CliError(
      'PATCHBAY_ADMIN_KEY is set, but empty.',
      'Set it to an API key of the hub, or unset it to use the key that a hub on this machine stored.',
    );
  }
  const adminKey = set ?? (isLoopback(url) ? storedAdminKey() : '');
  return { url, ...(adminKey === '' ? {} : { adminKey }) };
}

/** Returns true if a URL has credentials, a query or a fragment. */
function hasExtras({ username, password, href }: URL): boolean {
  return username !== '' || password !== '' || /[?#]/.test(href);
}

function storedAdminKey(): string {
  try {
    return readFileSync(KEY_FILE, 'utf8').trim();
  } catch {
    return '';
  }
}
