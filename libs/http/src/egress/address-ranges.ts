import { BlockList, isIP } from 'node:net';

/** Range of addresses, for example `10.0.0.0/8`. */
export interface AddressRange {
  readonly network: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/**
 * Ranges outside the public internet (IANA's special-purpose registries for IPv4 and IPv6), including cloud metadata
 * services. The list also contains IPv6 ranges that embed IPv4 addresses, because such addresses reach the same hosts.
 */
export const REFUSED_RANGES: readonly string[] = [
  '0.0.0.0/8', // "this network" of RFC 791
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT; metadata of some clouds (100.100.100.200)
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // host of Azure's virtual machines, which offers services of its own
  '169.254.0.0/16', // link-local, cloud metadata (169.254.169.254)
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  '::/96', // unspecified, loopback, and IPv4-compatible
  '::ffff:0:0/96', // IPv4-mapped
  '::ffff:0:0:0/96', // IPv4-translated
  '64:ff9b::/96', // NAT64
  '64:ff9b:1::/48', // NAT64, local use
  '100::/64', // discard
  '2001::/23', // protocol assignments, Teredo
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '3fff::/20', // documentation
  '5f00::/16', // segment routing
  'fc00::/7', // unique local, metadata (fd00:ec2::254)
  'fe80::/10', // link-local
  'fec0::/10', // site-local
  'ff00::/8', // multicast
];

/**
 * Returns true if an address ends like an ISATAP address (RFC 5214: `0:5efe` or `200:5efe`, then an IPv4 address), with
 * any prefix. A tunnelling router forwards it to that IPv4 address.
 */
export function isIsatap(address: string): boolean {
  const [plain = ''] = address.split('%');
  if (isIP(plain) !== 6) return false;
  // URL parsing gives the canonical form: hexadecimal groups, with the longest run of zeros as `::`.
  const canonical = new URL(`http://[${plain}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? [] : Array<string>(8 - first.length - last.length).fill('0');
  const [group, mark] = [...first, ...zeros, ...last].slice(4, 6);
  return mark === '5efe' && (group === '0' || group === '200');
}

/** Parses `10.0.0.0/8` or a single address; returns undefined for anything else. */
export function parseRange(text: string): AddressRange | undefined {
  const [network = '', prefixText, ...rest] = text.split('/');
  const version = isIP(network);
  if (version === 0 || rest.length > 0 || network.includes('%')) return undefined;
  const bits = version === 4 ? 32 : 128;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  return prefix > bits ? undefined : { network, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/**
 * Set of address ranges. IPv4 and IPv6 ranges are in separate lists. A single BlockList for both would match an IPv4
 * address with the ranges of IPv4-mapped IPv6 addresses.
 */
export class AddressSet {
  private readonly lists = { ipv4: new BlockList(), ipv6: new BlockList() };

  constructor(ranges: readonly AddressRange[]) {
    for (const { network, prefix, family } of ranges) this.lists[family].addSubnet(network, prefix, family);
  }

  /**
   * @param address without brackets; a zone (`%eth0`) is ignored
   */
  has(address: string): boolean {
    const [plain = ''] = address.split('%');
    const version = isIP(plain);
    if (version === 4) return this.lists.ipv4.check(plain, 'ipv4');
    return version === 6 && this.lists.ipv6.check(plain, 'ipv6');
  }
}
