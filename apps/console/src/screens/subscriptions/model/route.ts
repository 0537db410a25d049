import type { JsonObject } from './json';

/** Destination, and the message that it sends. */
export interface Target {
  readonly destination: string;
  /** Null: the preset of the destination type. */
  readonly mapping: JsonObject | null;
}

/** Entry of a route: the target of the deliveries that a condition takes. */
export interface RouteEntry extends Target {
  /** Null for the default, which takes every delivery and is always the last entry. */
  readonly when: JsonObject | null;
}

/** Route of a subscription: the first entry whose condition holds decides. */
export type Route = readonly RouteEntry[];

/** Maximum number of entries that the hub accepts. */
export const MAX_ENTRIES = 20;

/** Returns true if the last entry takes every delivery that no other entry took. */
export function hasDefault(route: Route): boolean {
  return route.at(-1)?.when === null;
}

/** Returns true if an entry has a destination, and a condition unless it is the default. */
export function isFinished({ when, destination }: RouteEntry): boolean {
  return destination !== '' && (when === null || Object.keys(when).length > 0);
}

/** Returns the route with a new entry: the default at the end, an entry with a condition before the default. */
export function withEntry(route: Route, entry: RouteEntry): Route {
  const end = entry.when !== null && hasDefault(route) ? route.length - 1 : route.length;
  return [...route.slice(0, end), entry, ...route.slice(end)];
}

/** Returns the place to which an entry moves. Null if it is the default, or has no such place before the default. */
export function placeAfterMove(route: Route, index: number, by: -1 | 1): number | null {
  const to = index + by;
  return [index, to].every((place) => (route[place]?.when ?? null) !== null) ? to : null;
}

/** Returns a list with two entries in each other's place. */
export function swapped<T>(list: readonly T[], one: number, other: number): T[] {
  return list.map((entry, index) => (index === one ? list[other] : index === other ? list[one] : undefined) ?? entry);
}

/** Returns the fields of an entry as a brand file has them. */
export function entryContent({ when, destination, mapping }: RouteEntry) {
  return { ...(when === null ? {} : { when }), destination, ...(mapping === null ? {} : { mapping }) };
}
