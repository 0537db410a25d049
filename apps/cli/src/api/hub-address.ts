import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import type { HubAddress } from './hub-client.js';

const DEFAULT_URL = 'http://127.0.0.1:3000';

/** PATCHBAY_URL and PATCHBAY_ADMIN_KEY. Throws where the URL is none; never tells its value, which may hold a password. */
export function hubAddress(env: CliContext['env']): HubAddress {
  const text = env.PATCHBAY_URL?.trim();
  const url = text === undefined || text === '' ? DEFAULT_URL : text;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.search !== '') {
    throw new CliError(
      'PATCHBAY_URL is not the address of a hub.',
      `Write it like ${DEFAULT_URL}, without a password.`,
    );
  }
  const adminKey = env.PATCHBAY_ADMIN_KEY?.trim() ?? '';
  return { url: parsed.href.replace(/\/+$/, ''), ...(adminKey === '' ? {} : { adminKey }) };
}
