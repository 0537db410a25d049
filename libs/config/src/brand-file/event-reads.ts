import {
  didYouMeanPath,
  impossibleComparison,
  unknownEventPath,
  type DeclaredType,
  type SubscriptionSpec,
} from '@patchbay/core';
import type { FilterCondition, TemplateRead } from '@patchbay/mapping';
import { parseField, type FieldPath } from '../field-path.js';

/** Path that a subscription or a source reads from its events. */
export interface EventRead {
  /** Place of the path in the configuration. */
  readonly at: FieldPath;
  /** Path with `*` for list indexes: `data.lines.*.sku`. */
  readonly path: string;
  /** True if a message shows the value, without `required`, `default` or a condition. */
  readonly isShown: boolean;
}

/** Everything that a subscription, or the `customer` of a source, reads from its events. */
export interface EventReads {
  readonly subscription: Pick<SubscriptionSpec, 'name' | 'source' | 'events' | 'when'>;
  /** Known event types that the subscription may receive. */
  readonly types: readonly string[];
  readonly reads: readonly EventRead[];
  readonly conditions: readonly (Omit<FilterCondition, 'at'> & { readonly at: FieldPath })[];
}

/**
 * Returns the reads of a mapping. If a value is missing in a request to a system, its field is left out. Only a text in
 * such a request can have a gap.
 * @param isForPeople true if the destination type sends messages to customers
 */
export function mappingReads(reads: readonly TemplateRead[], isForPeople: boolean): readonly EventRead[] {
  return reads.map(({ at, read, shown }) => ({
    at: parseField(at),
    path: ofEvent(read),
    isShown: shown === 'text' || (shown === 'value' && isForPeople),
  }));
}

/** Converts a path of an event in a digest to the path in a single event. */
export function ofEvent(read: string): string {
  return read.replace(/^digest\.events\.\*\./, '');
}

/** Finding about a path. */
export interface PathFinding {
  readonly at: FieldPath;
  readonly message: string;
  /** True if the configuration cannot work, even if the platform adds fields. */
  readonly isError: boolean;
}

/** Maximum number of findings about one subscription. */
const MAX_FINDINGS = 50;

/**
 * Finds paths that no event of the types has, and conditions that no value of the declared types can decide.
 * @param types event types with their schemas
 * @param described text for "events of these types": `pointsIssued`, `the last 40 events`
 */
export function pathFindings(
  { reads, conditions }: Pick<EventReads, 'reads' | 'conditions'>,
  types: readonly DeclaredType[],
  described: string,
): readonly PathFinding[] {
  const findings = new Map<string, PathFinding>();
  for (const { at, path } of [...conditions, ...reads]) {
    const unknown = unknownEventPath(path, types);
    if (unknown === null) continue;
    const message = `${path} is not in ${described}, so it has no value.${didYouMeanPath(unknown)}`;
    findings.set(`${at.join('\n')}\n${path}`, { at, message, isError: false });
  }
  for (const condition of conditions) {
    const message = impossibleComparison(condition, types);
    if (message !== null) findings.set(condition.at.join('\n'), { at: condition.at, message, isError: true });
  }
  return [...findings.values()].slice(0, MAX_FINDINGS);
}

/** Names event types in a message: at most three of them. */
export function describeTypes(types: readonly DeclaredType[]): string {
  const names = types.map(({ type }) => type);
  if (names.length <= 3) return names.join(' or ');
  return `${names.slice(0, 3).join(', ')} or ${names.length - 3} other event types`;
}
