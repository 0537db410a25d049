import type { EventTypeInfo, PersonalPaths } from '@patchbay/core';
import { alternateCurrencies } from './alternate-currencies.js';
import { badgesAndCards } from './badges-and-cards.js';
import { coupons } from './coupons.js';
import { customers, userGroups } from './customers.js';
import type { EventGroup } from './event-type.js';
import { namesIn, object, pathsOf, schemaOf } from './field.js';
import { milestones } from './milestones.js';
import { partnerPrograms } from './partner-programs.js';
import { points } from './points.js';
import { cartPromotions, loyaltyPromotions } from './promotions.js';
import { communication, requests } from './requests-and-communication.js';
import { rewards } from './rewards.js';
import { streaks } from './streaks.js';
import { tiers } from './tiers.js';
import { transactions } from './transactions.js';
import { transfersAndMerge } from './transfers-and-merge.js';

const groups: readonly EventGroup[] = [
  customers,
  userGroups,
  transactions,
  points,
  transfersAndMerge,
  alternateCurrencies,
  tiers,
  milestones,
  streaks,
  loyaltyPromotions,
  cartPromotions,
  partnerPrograms,
  rewards,
  coupons,
  badgesAndCards,
  requests,
  communication,
];

/** Event types of Capillary's event notifications: all event types in Capillary's documentation. */
export const CATALOGUE: readonly EventTypeInfo[] = groups.flatMap(({ group, types }) =>
  types.map(({ type, label, fields, sample }) => ({ type, label, group, schema: schemaOf(object(fields)), sample })),
);

/**
 * Personal and safe paths of each event type, derived from the declaration of the type. Fields named `customerId` hold
 * the platform's number of a customer.
 */
export const DECLARED_PATHS: ReadonlyMap<string, Required<PersonalPaths>> = new Map(
  groups.flatMap(({ types }) =>
    types.map(({ type, fields }) => {
      const paths = pathsOf(object(fields), 'data');
      const platformIds = paths.safe.map(({ path }) => path).filter((path) => path.endsWith('.customerId'));
      return [type, { ...paths, platformIds }] as const;
    }),
  ),
);

/** Names of all fields that occur in the catalogue. */
export const FIELD_NAMES: ReadonlySet<string> = new Set(
  groups.flatMap(({ types }) => types.flatMap(({ fields }) => namesIn(object(fields)))),
);

const TYPES_BY_LOWER_CASE = new Map(CATALOGUE.map(({ type }) => [type.toLowerCase(), type]));

/**
 * Returns the catalogue's spelling of an event type. Some of Capillary's pages use another case, and logs with line
 * breaks contain blanks in names. Returns unknown types unchanged.
 */
export function knownSpelling(type: string): string {
  return TYPES_BY_LOWER_CASE.get(type.toLowerCase().replace(/\s+/g, '')) ?? type;
}
