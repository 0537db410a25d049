import {
  customerPathsOf,
  didYouMeanPath,
  unknownEventPath,
  type BrandDefinition,
  type JsonAdapterPaths,
  type SourceAdapter,
  type SourceSpec,
} from '@patchbay/core';
import type { BrandChecks } from './brand-checks.js';
import type { EventReads } from './event-reads.js';
import type { ProblemList } from './problem-list.js';

/** Checks where a source reads the ids of customers: its `customer`, and `paths.customerId` of the adapter `json`. */
export function checkCustomer({ name, customer, paths }: SourceSpec, adapter: SourceAdapter, list: ProblemList): void {
  const at = ['sources', name];
  if (paths !== undefined && adapter.readsPaths !== true) list.add([...at, 'paths'], unusedPaths(adapter, paths));
  if (customer === undefined) return;
  const reads = customerPathsOf(customer);
  if (reads === null) {
    list.add(
      [...at, 'customer'],
      'has to be one output with a path of the data, and further paths after default: ' +
        '"{{ data.mobile | default: data.email }}"',
    );
    return;
  }
  const types = adapter.catalogue();
  // Events of an adapter without a catalogue may have any path.
  if (types.length === 0) return;
  for (const path of reads) {
    const unknown = unknownEventPath(path, types);
    if (unknown === null) continue;
    const message = `${path} is not in the event types of the source, so it picks no customer.${didYouMeanPath(unknown)}`;
    list.warn([...at, 'customer'], message);
  }
}

/**
 * Returns the paths that sources without a catalogue read for their customers, to be checked against stored events. A
 * `pii-less` brand does not store the values at these paths.
 */
export function customerReads({ sources, privacy }: BrandDefinition, checks: BrandChecks): readonly EventReads[] {
  if (privacy.mode === 'pii-less') return [];
  return sources.flatMap(({ name, adapter, customer }) => {
    const paths = customer === undefined ? null : customerPathsOf(customer);
    if (paths === null || checks.adapters.get(adapter)?.catalogue().length !== 0) return [];
    const reads = paths.map((path) => ({ at: ['sources', name, 'customer'], path, isShown: false }));
    return [{ subscription: { name, source: name, events: ['*'] }, types: [], reads, conditions: [] }];
  });
}

function unusedPaths({ name }: SourceAdapter, { customerId }: JsonAdapterPaths): string {
  const reason = `has no effect, because the adapter ${name} reads fixed paths: remove it`;
  if (customerId === undefined) return reason;
  const path = customerId.startsWith('data.') ? customerId : `data.${customerId}`;
  return `${reason}. To pick the identifier of the customer, write customer: "{{ ${path} }}"`;
}
