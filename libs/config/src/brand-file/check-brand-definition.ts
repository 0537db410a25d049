import {
  compilePaths,
  OPERATIONAL_SOURCE,
  type BrandDefinition,
  type ConfigurationProblem,
  type SourceSpec,
} from '@patchbay/core';
import { suggestedZones, zoneName } from '@patchbay/mapping';
import type { FieldPath } from '../field-path.js';
import type { SourceText } from '../source-text.js';
import { suggestion } from '../suggestion.js';
import type { BrandChecks } from './brand-checks.js';
import { checkDestination } from './check-destination.js';
import { checkCustomer, customerReads } from './check-customer.js';
import { LookupCheck } from './check-lookups.js';
import { checkLimitGroups } from './check-limit-groups.js';
import { checkCaps } from './check-messaging.js';
import { checkFiles } from './check-files.js';
import { checkKeep } from './check-keep.js';
import { SubscriptionCheck } from './check-subscription.js';
import type { EventReads } from './event-reads.js';
import { ProblemList } from './problem-list.js';

/** Findings about a definition. */
export interface DefinitionFindings {
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly ConfigurationProblem[];
  /** Paths that subscriptions and sources read, to be checked against stored events. */
  readonly reads: readonly EventReads[];
}

/**
 * Checks the rules that a schema cannot express: time zone, paths, adapters, destination types with credentials and
 * settings, filters and mappings. Also checks the references of subscriptions, and which removed paths a `pii-less`
 * brand reads.
 * @param source text of the definition; without source locations if it came through the API
 */
export function checkDefinition(
  definition: BrandDefinition,
  source: SourceText,
  checks: BrandChecks,
): DefinitionFindings {
  const list = new ProblemList(source);
  const timezone = checkTimezone(definition.timezone, list);
  checkPrivacy(definition, list);
  checkKeep(definition, checks, list);
  for (const spec of definition.sources) checkSource(definition.brand, spec, checks, list);
  checkGenerated(definition, list);
  for (const destination of definition.destinations) checkDestination(destination, definition.brand, checks, list);
  checkRenames(definition, list);
  checkLimitGroups(definition, list);
  new LookupCheck(definition, checks, list).check();
  checkCaps(definition, list);
  const subscriptions = new SubscriptionCheck(definition, timezone, checks, list);
  for (const subscription of definition.subscriptions) subscriptions.check(subscription);
  const { problems, warnings } = list;
  return { problems, warnings, reads: [...customerReads(definition, checks), ...subscriptions.reads] };
}

function checkSource(brand: string, spec: SourceSpec, checks: BrandChecks, list: ProblemList): void {
  const { name, adapter } = spec;
  if (name === OPERATIONAL_SOURCE) {
    const message = 'this name is reserved for the built-in source of operational events: use another name';
    list.add(['sources', name], message);
  }
  const known = [...checks.adapters.keys()].filter((one) => one !== OPERATIONAL_SOURCE);
  const found = known.includes(adapter) ? checks.adapters.get(adapter) : undefined;
  if (found !== undefined) {
    checkCustomer(spec, found, list);
    checkFiles(brand, spec, checks, list);
    return;
  }
  const path = ['sources', name, 'adapter'];
  const hint = suggestion(adapter, known) || ` Available: ${known.join(', ')}.`;
  list.add(path, `there is no adapter ${list.quote(path, adapter)}.${hint}`);
}

/** Checks that the hub can register the source whose secret it generates. */
function checkGenerated({ sources, platform }: BrandDefinition, list: ProblemList): void {
  const generated = sources.filter(({ auth }) => auth.generated === true);
  for (const [index, { name, adapter }] of generated.entries()) {
    const path = ['sources', name, 'auth', 'generated'];
    if (adapter !== 'capillary') list.add(path, 'needs the adapter capillary: use another method of authentication');
    else if (platform === undefined) {
      list.add(path, 'needs platform.capillary, where the hub enters the secret: add it, or another method');
    } else if (index > 0) list.add(path, 'only one source of a brand can have it: use another method in this source');
  }
}

/** Checks that each name in `renamedFrom` occurs only once and is not the name of another destination. */
function checkRenames({ destinations }: BrandDefinition, list: ProblemList): void {
  const newNames = new Map<string, string>();
  for (const { name, renamedFrom } of destinations) {
    if (renamedFrom === undefined) continue;
    const path = ['destinations', name, 'renamedFrom'];
    const taken = newNames.get(renamedFrom);
    if (destinations.some((other) => other.name === renamedFrom)) {
      list.add(path, `the file still has a destination ${renamedFrom}: remove that destination, or remove renamedFrom`);
    } else if (taken !== undefined) {
      list.add(path, `destination ${taken} is already renamed from ${renamedFrom}: remove one of the two`);
    } else newNames.set(renamedFrom, name);
  }
}

/** Returns the time zone. If it is invalid, adds a problem and returns UTC. Warns about an obsolete name. */
function checkTimezone(timezone: string, list: ProblemList): string {
  const path = ['timezone'];
  const shown = list.quote(path, timezone);
  const named = zoneName(timezone);
  if (named.kind === 'valid') return timezone;
  if (named.kind === 'obsolete') {
    list.warn(path, `${shown} is an obsolete name: use ${named.current}`);
    return timezone;
  }
  if (named.kind === 'abbreviation') {
    list.add(path, `${shown} stands for several time zones: use an IANA name, e.g. ${named.example}`);
  } else {
    const hint = suggestion(timezone, suggestedZones());
    list.add(path, `${shown} is not a time zone: use an IANA name, e.g. Asia/Kolkata.${hint}`);
  }
  return 'UTC';
}

function checkPrivacy({ privacy }: BrandDefinition, list: ProblemList): void {
  if (privacy.mode === 'standard' && privacy.keep.length > 0) {
    list.add(
      ['privacy', 'keep'],
      'applies only to mode pii-less, because standard keeps everything: remove it, or change the mode',
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
    list.add(path, 'is not a valid path: use at most 64 names, * or **, separated by dots');
  }
}
