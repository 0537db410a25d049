import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { isLoopback, type HubAddress } from './hub-client.js';

const DEFAULT_URL = 'http://127.0.0.1:3000';
/** Where a hub with the embedded database keeps the key that it made for itself. */
const KEY_FILE = join('.patchbay', 'admin.key');

/**
 * PATCHBAY_URL and PATCHBAY_ADMIN_KEY; for a hub on this machine also the key that it made for itself in this folder.
 * Throws where the URL is none; never tells its value, which may hold a password.
 */
export function hubAddress(env: CliContext['env']): HubAddress {
  const text = env.PATCHBAY_URL?.trim() ?? '';
  const given = text === '' ? DEFAULT_URL : text;
  const parsed = URL.canParse(given) ? new URL(given) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.search !== '') {
    throw new CliError(
      'PATCHBAY_URL is not the address of a hub.',
      `Write it like ${DEFAULT_URL}, without a password.`,
    );
  }
  const url = parsed.href.replace(/\/+$/, '');
  const set = env.PATCHBAY_ADMIN_KEY?.trim() ?? '';
  const adminKey = set === '' && isLoopback(url) ? storedAdminKey() : set;
  return { url, ...(adminKey === '' ? {} : { adminKey }) };
}

function storedAdminKey(): string {
  try {
    return readFileSync(KEY_FILE, 'utf8').trim();
  } catch {
    return '';
  }
}
