import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { AddressSet, isIsatap, parseRange, REFUSED_RANGES, type AddressRange } from './address-ranges.js';

/** Proxy for calls to other systems. */
export interface EgressProxy {
  /** URL of the proxy, with the protocol `http:` or `https:`. May contain a user name and a password. */
  readonly url: string;
  /**
   * True if the proxy resolves host names and refuses private addresses. If false, the hub resolves each name, and the
   * proxy gets the checked address.
   */
  readonly resolvesNames: boolean;
}

/** Rules for the addresses that the hub may call. */
export interface EgressPolicy {
  /** Proxy for all calls except calls to listed hosts. Undefined if the hub calls every host directly. */
  readonly proxy?: EgressProxy;
  /** Returns true if PATCHBAY_EGRESS_ALLOW contains a host name or an address. */
  isListed(host: string): boolean;
  /** Checks a host written as an address. Throws an {@link EgressRefusedError} if it may not be called. */
  checkLiteral(hostname: string): void;
  /**
   * Resolves a name to its allowed addresses, for `net.connect`. The connection uses the checked address, so a name
   * that later resolves differently cannot bypass the check.
   */
  readonly lookup: LookupFunction;
}

/** Error for an address that the operator did not allow. Nothing was sent. */
export class EgressRefusedError extends Error {
  override readonly name = 'EgressRefusedError';
  readonly code = 'EGRESS_REFUSED';
  constructor(readonly hostname: string) {
    super(
      `"${hostname}" is an address inside a private or reserved network, which the hub does not call; ` +
        `if this is intended, add it to PATCHBAY_EGRESS_ALLOW (a host, or a range such as 10.1.2.0/24)`,
    );
  }
}

/** Error for an invalid entry in PATCHBAY_EGRESS_ALLOW. */
export class EgressAllowError extends Error {
  override readonly name = 'EgressAllowError';
}

/** Function that resolves all addresses of a name. */
export type ResolveAll = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const refused = new AddressSet(REFUSED_RANGES.map(parseKnownRange));

/**
 * Creates the hub's policy: the public internet, plus the addresses and hosts that `allow` lists. Throws an {@link
 * EgressAllowError} that names an invalid entry.
 * @param allow PATCHBAY_EGRESS_ALLOW: hosts, addresses and CIDR ranges, separated by commas or spaces
 * @param resolve replaces the system's resolver in tests
 */
export function createEgressPolicy(allow = '', resolve: ResolveAll = resolveBySystem): EgressPolicy {
  const { addresses, hosts } = parseAllow(allow);
  const isAllowed = (address: string): boolean =>
    isIP(withoutZone(address)) !== 0 && (addresses.has(address) || !(refused.has(address) || isIsatap(address)));

  return {
    isListed: (host) => hosts.has(plainHost(host)) || addresses.has(plainHost(host)),
    checkLiteral(hostname) {
      const host = plainHost(hostname);
      if (isIP(host) !== 0 && !isAllowed(host)) throw new EgressRefusedError(host);
    },
    lookup(hostname, options, callback) {
      resolve(hostname, (error, found) => {
        if (error !== null) return callback(error, '');
        const wanted =
          options.family === 4 || options.family === 6
            ? found.filter((entry) => entry.family === options.family)
            : found;
        const allowed = hosts.has(plainHost(hostname)) ? wanted : wanted.filter((entry) => isAllowed(entry.address));
        const [first] = allowed;
        if (first === undefined) return callback(new EgressRefusedError(hostname), '');
        if (options.all === true) callback(null, allowed);
        else callback(null, first.address, first.family);
      });
    },
  };
}

function parseAllow(allow: string): { addresses: AddressSet; hosts: ReadonlySet<string> } {
  const ranges: AddressRange[] = [];
  const hosts = new Set<string>();
  for (const entry of allow.split(/[\s,]+/).filter((part) => part !== '')) {
    const range = parseRange(entry.replace(/^\[|\]$/g, ''));
    if (range !== undefined) ranges.push(range);
    else if (/^(?!.*\.\.)[a-z0-9_][a-z0-9_.-]{0,252}$/i.test(entry) && !/^[\d.]+$/.test(entry))
      hosts.add(plainHost(entry));
    else {
      throw new EgressAllowError(
        `PATCHBAY_EGRESS_ALLOW: "${entry}" is not a host name, an address or an address range. Write it like ` +
          'crm.internal or 10.1.2.0/24.',
      );
    }
  }
  return { addresses: new AddressSet(ranges), hosts };
}

const resolveBySystem: ResolveAll = (hostname, callback) => {
  systemLookup(hostname, { all: true }, callback);
};

/** Returns a host in lower case, without the brackets of an IPv6 address and without a dot at its end. */
export function plainHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

function withoutZone(address: string): string {
  return address.split('%')[0] ?? '';
}

function parseKnownRange(text: string): AddressRange {
  const range = parseRange(text);
  if (range === undefined) throw new TypeError(`"${text}" is not a valid address range. Write it like 10.1.2.0/24.`);
  return range;
}
