import type { Address, AddressPath, Json, JsonObject } from '@patchbay/plugin-sdk';
import type { SuppressedOutcome } from './suppression-list.js';
import { addressesIn, textsAt } from './suppression.js';

/** Message without the suppressed addresses of its lists. */
export interface ReachableMessage {
  readonly kind: 'reachable';
  readonly message: JsonObject;
  /** Addresses of the message that are not entries of a list. A refusal of the vendor concerns these addresses. */
  readonly recipients: readonly Address[];
}

/**
 * Checks the addresses of a message against the suppression list. A suppressed entry of a list, such as a copy or one of
 * several devices, is removed from the message. Returns the outcome if another address of the message is suppressed, or
 * if no address is left.
 * @param stopped checks addresses, like `SuppressionList.stopped`
 */
export async function reachableMessage(
  message: JsonObject,
  paths: readonly AddressPath[],
  stopped: (addresses: readonly Address[]) => Promise<SuppressedOutcome | null>,
): Promise<ReachableMessage | SuppressedOutcome> {
  const reachable = (kept: JsonObject): ReachableMessage => ({
    ...{ kind: 'reachable', message: kept },
    recipients: addressesIn(kept, paths, 'outside lists'),
  });
  const all = addressesIn(message, paths);
  const outcome = all.length === 0 ? null : await stopped(all);
  if (outcome === null) return reachable(message);
  const listed = addressesIn(message, paths, 'in lists');
  const outcomes = await Promise.all(listed.map((address) => stopped([address])));
  const refused = listed.filter((_address, index) => outcomes[index] !== null);
  const kept = paths.reduce<JsonObject>((rest, { path, kind }) => {
    const values = new Set(refused.filter((address) => address.kind === kind).map(({ value }) => value));
    return withoutEntries(rest, path.split('.'), values);
  }, message);
  const left = addressesIn(kept, paths);
  const again = left.length === 0 ? outcome : await stopped(left);
  return again ?? reachable(kept);
}

/** Removes the entries of lists at the path that contain one of the values, and lists that become empty. */
function withoutEntries(object: JsonObject, path: readonly string[], values: ReadonlySet<string>): JsonObject {
  const [name = '', ...rest] = path;
  const child = Object.hasOwn(object, name) ? object[name] : undefined;
  if (child === undefined || child === null || typeof child !== 'object') return object;
  if (!Array.isArray(child)) return { ...object, [name]: withoutEntries(child, rest, values) };
  const below = rest[0] === '*' ? rest.slice(1) : rest;
  const kept = child.filter((entry: Json) => !textsAt(entry, below).some((text) => values.has(text)));
  const { [name]: _list, ...others } = object;
  return kept.length === 0 ? others : { ...others, [name]: kept };
}
