import type { DestinationSpec, FieldProblem } from '@patchbay/core';
import { parseField, type FieldPath } from '../field-path.js';
import { suggestion } from '../suggestion.js';
import type { BrandChecks } from './brand-checks.js';
import type { ProblemList } from './problem-list.js';

/** Checks a destination against its type. */
export function checkDestination(destination: DestinationSpec, checks: BrandChecks, list: ProblemList): void {
  const { type } = destination;
  const at = ['destinations', destination.name];
  if (checks.destinations.facts(type) === undefined) {
    const known = checks.destinationTypes();
    const hint = suggestion(type, known) || ` Available: ${known.join(', ')}.`;
    list.add([...at, 'type'], `there is no destination type ${list.quote([...at, 'type'], type)}.${hint}`);
    return;
  }
  addAll(list, [...at, 'credentials'], checks.destinations.checkCredentials(type, destination.credentials));
  addAll(list, [...at, 'settings'], checks.destinations.checkSettings(type, destination.settings));
}

function addAll(list: ProblemList, at: FieldPath, problems: readonly FieldProblem[]): void {
  for (const { field, message } of problems) list.add([...at, ...parseField(field)], message);
}
