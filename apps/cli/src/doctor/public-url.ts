import { CliError } from '../cli-error.js';
import { apiPath } from '../api/api-path.js';
import { HubClient } from '../api/hub-client.js';
import { isLoopback } from '../api/is-loopback.js';
import { isJsonObject } from '../api/json-reading.js';
import type { Finding } from './finding.js';

const NAME = 'public URL';
const TIMEOUT_MS = 10_000;

/**
 * Checks that a hub answers at the public URL, as seen from this machine. Sends no key.
 * @param url value of PATCHBAY_PUBLIC_URL of the hub. Undefined if the hub has none
 */
export async function publicUrlFinding(url: string | undefined): Promise<Finding> {
  if (url === undefined) {
    const warning =
      'PATCHBAY_PUBLIC_URL is not set, so vendors cannot report statuses, and no destination can be connected by ' +
      'OAuth. Set it to the URL at which vendors reach the hub.';
    return { name: NAME, problems: [], warnings: [warning] };
  }
  const reached = await problemAt(url);
  if (reached !== null) return { name: NAME, facts: url, problems: [reached] };
  const isPlain = url.startsWith('http:') && !isLoopback(url);
  const warnings = isPlain ? ['PATCHBAY_PUBLIC_URL is not encrypted. Set a URL that begins with https.'] : [];
  return { name: NAME, facts: url, problems: [], warnings };
}

async function problemAt(url: string): Promise<string | null> {
  const fix =
    'Correct PATCHBAY_PUBLIC_URL, its DNS name, its certificate, or the proxy in front of the hub. If vendors reach the ' +
    'hub but this machine may not, run this command elsewhere.';
  try {
    const { status, body } = await new HubClient({ url }).request('get', apiPath('/health/live'), {
      timeoutMs: TIMEOUT_MS,
    });
    if (isJsonObject(body) && (body['status'] === 'ok' || body['status'] === 503)) return null;
    return `${url}/health/live responds with ${status}, but not as a hub. ${fix}`;
  } catch (error) {
    if (error instanceof CliError) return `${error.message} ${fix}`;
    throw error;
  }
}
