import { isIP } from 'node:net';
import { parseDuration } from '../brand-file/parse-duration.js';

/** Value of a variable, or its problem. The problem never quotes the value, which may be a secret. */
export type Checked<T> = { readonly value: T } | { readonly problem: string };

/** Checks a port to listen on. 0 selects any free port. */
export function checkPort(text: string): Checked<number> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  return port <= 65_535 ? { value: port } : { problem: 'has to be a port from 0 to 65535, e.g. 3000' };
}

/** Checks an address or host name to listen on. */
export function checkHost(text: string): Checked<string> {
  if (isIP(text) !== 0 || isHostName(text)) return { value: text };
  return { problem: 'has to be an address or a host name to listen on, e.g. 127.0.0.1 or 0.0.0.0' };
}

/** Checks the URL of a PostgreSQL database. */
export function checkDatabaseUrl(text: string): Checked<string> {
  if (hasProtocol(text, ['postgres:', 'postgresql:'])) return { value: text };
  return { problem: 'has to look like postgres://user:password@host:5432/database' };
}

/**
 * Checks the size of a pool of database connections. With one connection, a task that needs two connections would wait
 * forever.
 */
export function checkPoolSize(text: string): Checked<number> {
  const size = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  return size >= 2 && size <= 200 ? { value: size } : { problem: 'has to be a number of connections from 2 to 200' };
}

/** Checks the maximum lag of a read replica. Returns milliseconds. */
export function checkLag(text: string): Checked<number> {
  const ms = parseDuration(text);
  return ms >= 2_000 && ms <= 300_000 ? { value: ms } : { problem: 'has to be a duration from 2s to 5m, e.g. 10s' };
}

/** Checks a master key: 32 bytes, written as 43 base64 characters and one padding character. */
export function checkMasterKey(text: string): Checked<string> {
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return { value: text };
  return {
    problem: 'has to be 32 random bytes in base64 (44 characters). Generate a key with: openssl rand -base64 32',
  };
}

/** Checks that a key is valid in an `authorization` header and hard to guess. */
export function checkAdminKey(text: string): Checked<string> {
  if (/^[\x21-\x7e]{16,512}$/.test(text)) return { value: text };
  return {
    problem: 'has to be 16 to 512 printable characters without spaces. Generate a key with: openssl rand -base64 24',
  };
}

/** Checks the secret that an identity provider has given to the hub. */
export function checkClientSecret(text: string): Checked<string> {
  if (/^[\x20-\x7e]{1,1000}$/.test(text)) return { value: text };
  return { problem: 'has to be the client secret of the identity provider, up to 1000 printable characters' };
}

/** Checks the public URL of the hub, which vendors call. Returns the URL without a trailing slash. */
export function checkPublicUrl(text: string): Checked<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (plain && hasProtocol(text, ['http:', 'https:'])) return { value: url.href.replace(/\/+$/, '') };
  return {
    problem:
      'has to be the URL at which vendors reach the hub, without query or password, e.g. https://hub.example.com',
  };
}

/** Checks the URL of an OTLP endpoint, to which spans are sent over HTTP. */
export function checkTraceEndpoint(text: string): Checked<string> {
  if (hasProtocol(text, ['http:', 'https:'])) return { value: text };
  return { problem: 'has to be the URL of an OTLP endpoint over HTTP, e.g. http://127.0.0.1:4318' };
}

/** Checks a ratio from 0 to 1. */
export function checkRatio(text: string): Checked<number> {
  const ratio = /^[\d.]+$/.test(text) ? Number(text) : NaN;
  return ratio >= 0 && ratio <= 1 ? { value: ratio } : { problem: 'has to be a number from 0 to 1, e.g. 0.01' };
}

/** Checks a list of addresses, CIDRs and host names, separated by commas or spaces. */
export function checkEgressAllow(text: string): Checked<readonly string[]> {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  if (entries.length <= 1_000 && entries.every(isEgressEntry)) return { value: entries };
  return {
    problem: 'has to be a comma-separated list of addresses, CIDRs or host names, e.g. 127.0.0.1/32, crm.internal',
  };
}

/** Checks the URL of a proxy. The URL may contain a user name and a password. */
export function checkProxyUrl(text: string): Checked<string> {
  const url = hasProtocol(text, ['http:', 'https:']) ? new URL(text) : undefined;
  const isPlain = url?.pathname === '/' && url.search === '' && url.hash === '';
  if (isPlain && isDecodable(url.username) && isDecodable(url.password)) return { value: text };
  return {
    problem:
      'has to look like http://proxy.internal:3128 or http://user:password@proxy.internal:3128. ' +
      'Percent-encode special characters of the password',
  };
}

/** Checks a list of brand names, separated by commas or spaces. */
export function checkBrandNames(text: string): Checked<readonly string[]> {
  const names = text.split(/[\s,]+/).filter((name) => name !== '');
  if (names.every((name) => /^[a-z0-9][a-z0-9-]{0,62}$/.test(name))) return { value: names };
  return { problem: 'has to be a comma-separated list of brand names, e.g. acme, globex' };
}

/** Creates a check for one of the given values. */
export function checkChoice<T extends string>(choices: readonly T[]): (text: string) => Checked<T> {
  return (text) => {
    const value = choices.find((choice) => choice === text);
    return value === undefined ? { problem: `has to be one of ${choices.join(', ')}` } : { value };
  };
}

function hasProtocol(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isHostName(text: string): boolean {
  return (
    text.length <= 253 &&
    /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/.test(text)
  );
}

function isEgressEntry(entry: string): boolean {
  const [address = '', prefix, more] = entry.split('/');
  const family = isIP(address);
  if (more !== undefined) return false;
  if (prefix === undefined) return family !== 0 || (isHostName(entry) && !/^[\d.]+$/.test(entry));
  return family !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}
