import type { DestinationSpec, FieldProblem } from '@patchbay/core';
import { parseField, type FieldPath } from '../field-path.js';
import { suggestion } from '../suggestion.js';
import type { BrandChecks } from './brand-checks.js';
import { checkDestinationMessaging } from './check-messaging.js';
import type { ProblemList } from './problem-list.js';

/** Checks a destination of a brand against its type. */
export function checkDestination(
  destination: DestinationSpec,
  brand: string,
  checks: BrandChecks,
  list: ProblemList,
): void {
  const { type } = destination;
  const at = ['destinations', destination.name];
  checkDestinationMessaging(destination, list);
  if (checks.destinations.facts(type) === undefined) {
    const known = checks.destinationTypes();
    const hint = suggestion(type, known) || ` Available: ${known.join(', ')}.`;
    list.add([...at, 'type'], `there is no destination type ${list.quote([...at, 'type'], type)}.${hint}`);
    return;
  }
  addAll(list, [...at, 'credentials'], checks.destinations.checkCredentials(type, destination.credentials));
  checkLentCredentials(destination, brand, checks, list);
  addAll(list, [...at, 'settings'], checks.destinations.checkSettings(type, destination.settings));
}

/** Checks that a brand may use the hub's own credentials if its destination asks for them. */
function checkLentCredentials(
  { name, credentials: { fromHub } }: DestinationSpec,
  brand: string,
  checks: BrandChecks,
  list: ProblemList,
): void {
  const at = ['destinations', name, 'credentials', 'fromHub'];
  if (fromHub === true && !checks.sharesAwsCredentials(brand)) {
    list.add(
      at,
      `the hub does not share its AWS credentials with the brand ${brand}: ask the operator to add the brand to ` +
        'PATCHBAY_AWS_BRANDS, or set an access key',
    );
  }
  if (fromHub === false) list.add(at, 'can only be true: remove it to use an access key');
}

function addAll(list: ProblemList, at: FieldPath, problems: readonly FieldProblem[]): void {
  for (const { field, message } of problems) list.add([...at, ...parseField(field)], message);
}
