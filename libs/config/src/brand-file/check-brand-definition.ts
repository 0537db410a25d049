import {
  compilePaths,
  OPERATIONAL_SOURCE,
  type BrandDefinition,
  type ConfigurationProblem,
  type SourceSpec,
} from '@patchbay/core';
import type { FieldPath } from '../field-path.js';
import type { SourceText } from '../source-text.js';
import { suggestion } from '../suggestion.js';
import type { BrandChecks } from './brand-checks.js';
import { checkDestination } from './check-destination.js';
import { LookupCheck } from './check-lookups.js';
import { checkCaps } from './check-messaging.js';
import { SubscriptionCheck } from './check-subscription.js';
import { ProblemList } from './problem-list.js';

/**
 * Everything a schema cannot see: time zone, paths, adapters, destination types with their credentials and settings,
 * what subscriptions refer to, filters, mappings, and what they read of a `pii-less` brand's events.
 * @param source where the definition was written; without source locations if it came through the API
 */
export function checkDefinition(
  definition: BrandDefinition,
  source: SourceText,
  checks: BrandChecks,
): readonly ConfigurationProblem[] {
  const list = new ProblemList(source);
  const timezone = checkTimezone(definition.timezone, list);
  checkPrivacy(definition, list);
  for (const spec of definition.sources) checkSource(spec, checks, list);
  for (const destination of definition.destinations) checkDestination(destination, checks, list);
  checkRenames(definition, list);
  new LookupCheck(definition, checks, list).check();
  checkCaps(definition, list);
  const subscriptions = new SubscriptionCheck(definition, timezone, checks, list);
  for (const subscription of definition.subscriptions) subscriptions.check(subscription);
  return list.problems;
}

function checkSource({ name, adapter }: SourceSpec, checks: BrandChecks, list: ProblemList): void {
  if (name === OPERATIONAL_SOURCE) {
    const what =
      'every brand has a source of this name, by which the hub tells of paused destinations and dead deliveries';
    list.add(['sources', name], `${what}: subscribe to it, and give this source another name`);
  }
  const known = [...checks.adapters.keys()].filter((one) => one !== OPERATIONAL_SOURCE);
  if (known.includes(adapter)) return;
  const path = ['sources', name, 'adapter'];
  const hint = suggestion(adapter, known) || ` There are: ${known.join(', ')}.`;
  list.add(path, `there is no adapter ${list.quote(path, adapter)}.${hint}`);
}

/** A name can move to one destination only, and only if no destination of the file has it any more. */
function checkRenames({ destinations }: BrandDefinition, list: ProblemList): void {
  const newNames = new Map<string, string>();
  for (const { name, renamedFrom } of destinations) {
    if (renamedFrom === undefined) continue;
    const path = ['destinations', name, 'renamedFrom'];
    const taken = newNames.get(renamedFrom);
    if (destinations.some((other) => other.name === renamedFrom)) {
      list.add(path, `the file still has a destination ${renamedFrom}: remove that destination, or remove renamedFrom`);
    } else if (taken !== undefined) {
      list.add(path, `destination ${taken} is renamed from ${renamedFrom} already: remove one of the two`);
    } else newNames.set(renamedFrom, name);
  }
}

/** The time zone, or UTC where there is no such one. */
function checkTimezone(timezone: string, list: ProblemList): string {
  const path = ['timezone'];
  try {
    // Newer runtimes take offsets such as +05:30 too, which know no summer time.
    if (!/^[A-Za-z]/.test(timezone)) throw new RangeError('an offset');
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return timezone;
  } catch {
    const hint = suggestion(timezone, Intl.supportedValuesOf('timeZone'));
    list.add(path, `${list.quote(path, timezone)} is no time zone: write an IANA name, e.g. Asia/Kolkata.${hint}`);
    return 'UTC';
  }
}

function checkPrivacy({ privacy }: BrandDefinition, list: ProblemList): void {
  if (privacy.mode === 'standard' && privacy.keep.length > 0) {
    list.add(
      ['privacy', 'keep'],
      'is for mode pii-less only: standard keeps everything. Remove it, or change the mode',
    );
  }
  for (const key of ['keep', 'personal'] as const) {
    privacy[key].forEach((pattern, index) => checkPath(pattern, ['privacy', key, index], list));
  }
}

function checkPath(pattern: string, path: FieldPath, list: ProblemList): void {
  try {
    compilePaths([pattern]);
  } catch {
    list.add(path, 'is no path: write names, * or ** with dots between, at most 64 of them');
  }
}
