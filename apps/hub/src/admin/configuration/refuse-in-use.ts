import { mappedDestinations, type BrandPart, type StoredBrand } from '@patchbay/core';
import { ProblemError } from '../../http/problem.js';

/** Maximum number of part names that an error lists. */
const MAX_NAMES = 20;

/** Throws a ProblemError 409 with the names of the parts that use this part of a brand. */
export function refuseInUse(stored: StoredBrand, part: BrandPart): void {
  const users = usersOf(stored, part);
  if (users.length === 0) return;
  const named = users.slice(0, MAX_NAMES).map(({ kind, name }) => `${kind} ${name}`);
  const more = users.length > named.length ? ` and ${users.length - named.length} more` : '';
  const verb = part.kind === 'brand' ? 'still has' : 'is used by';
  throw new ProblemError(
    409,
    `The ${part.kind} ${part.name} ${verb} ${named.join(', ')}${more}. Delete ${users.length === 1 ? 'it' : 'them'} first.`,
  );
}

function usersOf(
  { sources, destinations, subscriptions }: StoredBrand,
  { kind, name }: BrandPart,
): readonly BrandPart[] {
  const named = (of: BrandPart['kind'], records: readonly { readonly name: string }[]): BrandPart[] =>
    records.map((record) => ({ kind: of, name: record.name }));
  if (kind === 'brand') {
    return [
      ...named(
        'source',
        sources.filter(({ managedBy }) => managedBy !== 'hub'),
      ),
      ...named('destination', destinations),
      ...named('subscription', subscriptions),
    ];
  }
  const idOf = (records: readonly { readonly id: string; readonly name: string }[]): string | undefined =>
    records.find((record) => record.name === name)?.id;
  if (kind === 'source') {
    const id = idOf(sources);
    return named(
      'subscription',
      subscriptions.filter(({ sourceId }) => sourceId === id),
    );
  }
  if (kind === 'destination') {
    const id = idOf(destinations);
    return named(
      'subscription',
      subscriptions.filter((subscription) =>
        [...mappedDestinations(subscription), ...(subscription.messaging?.fallback ?? [])].some(
          ({ destinationId }) => destinationId === id,
        ),
      ),
    );
  }
  return [];
}
