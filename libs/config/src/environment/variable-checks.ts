import { isIP } from 'node:net';

/** The value of a variable, or what is wrong with it. Never quotes the value: it may be a secret put in the wrong place. */
export type Checked<T> = { readonly value: T } | { readonly problem: string };

/** A port to listen on, 0 for any free one. */
export function checkPort(text: string): Checked<number> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  return port <= 65_535 ? { value: port } : { problem: 'has to be a port from 0 to 65535, e.g. 3000' };
}

/** An address or host name to listen on. */
export function checkHost(text: string): Checked<string> {
  if (isIP(text) !== 0 || isHostName(text)) return { value: text };
  return { problem: 'has to be an address or a host name to listen on, e.g. 127.0.0.1 or 0.0.0.0' };
}

/** The URL of a PostgreSQL database. */
export function checkDatabaseUrl(text: string): Checked<string> {
  if (hasProtocol(text, ['postgres:', 'postgresql:'])) return { value: text };
  return { problem: 'has to look like postgres://user:password@host:5432/database' };
}

/** The URL of a Redis server. */
export function checkRedisUrl(text: string): Checked<string> {
  if (hasProtocol(text, ['redis:', 'rediss:'])) return { value: text };
  return { problem: 'has to look like redis://host:6379, or rediss:// for TLS' };
}

/** 43 digits of base64 and one for padding are 32 bytes. */
export function checkMasterKey(text: string): Checked<string> {
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return { value: text };
  return { problem: 'has to be 32 random bytes in base64 (44 characters). Make one with: openssl rand -base64 32' };
}

/** A key that fits an `authorization` header and cannot be guessed. */
export function checkAdminKey(text: string): Checked<string> {
  if (/^[\x21-\x7e]{16,512}$/.test(text)) return { value: text };
  return {
    problem: 'has to be 16 to 512 printable characters without blanks. Make one with: openssl rand -base64 24',
  };
}

/** The URL that vendors call; given without a slash at its end. */
export function checkPublicUrl(text: string): Checked<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (plain && hasProtocol(text, ['http:', 'https:'])) return { value: url.href.replace(/\/+$/, '') };
  return {
    problem: 'has to be the URL vendors reach the hub by, e.g. https://hub.example.com, without query or password',
  };
}

/** Addresses, CIDRs and host names, parted by commas or blanks. */
export function checkEgressAllow(text: string): Checked<readonly string[]> {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  if (entries.length <= 1_000 && entries.every(isEgressEntry)) return { value: entries };
  return {
    problem: 'has to be a list of addresses, CIDRs or host names with commas between, e.g. 127.0.0.1/32, crm.internal',
  };
}

/** One of a few words. */
export function checkChoice<T extends string>(choices: readonly T[]): (text: string) => Checked<T> {
  return (text) => {
    const value = choices.find((choice) => choice === text);
    return value === undefined ? { problem: `has to be one of ${choices.join(', ')}` } : { value };
  };
}

function hasProtocol(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
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
