import {
  checkBody,
  emptyBrand,
  nameProblem,
  planEdit,
  subscriptionBody,
  type CheckedBrand,
  type EditChecks,
} from '@patchbay/config';
import {
  definitionOf,
  subscriptionSpec,
  type BrandDefinition,
  type BrandEdit,
  type BrandPart,
  type ConfigurationProblem,
  type EditableBrand,
  type JsonObject,
  type StoredBrand,
  type SubscriptionSpec,
  type SubscriptionVersionRecord,
} from '@patchbay/core';
import { brandNotFound, ProblemError } from '../../http/problem.js';
import { MASK } from '../common/mask.js';
import { refuseStale } from './precondition.js';
import { refuseInUse } from './refuse-in-use.js';

/** Functions that check an edit, and the function that computes entity tags. */
export interface EditDependencies {
  readonly checks: EditChecks;
  readonly tagOf: (stored: StoredBrand, part: BrandPart) => string | null;
  /** Receives what was found in an accepted edit and does not refuse it. */
  readonly onAccepted: (found: EditFindings) => void;
}

/** Findings in an accepted edit. Fields are relative to the edited part. */
export type EditFindings = Pick<CheckedBrand, 'warnings' | 'reads'>;

/** A part to change or delete, and the entity tags of its expected state. */
export interface KnownPart {
  readonly part: BrandPart;
  readonly ifMatch: string | undefined;
}

/**
 * Decides the creation of a part.
 * @throws ProblemError 404 if the brand does not exist, 409 if the name is taken, 422 if the body is invalid
 */
export function decideCreation(
  stored: EditableBrand | null,
  brand: string,
  part: BrandPart,
  body: JsonObject,
  { checks, onAccepted }: EditDependencies,
): BrandEdit {
  refuseBody(body);
  const wrongName = nameProblem(part.name);
  if (wrongName !== undefined) throw invalidFields([{ field: 'name', message: wrongName }]);
  if (stored === null && part.kind !== 'brand') throw brandNotFound(brand);
  const owner = stored === null ? null : ownerOf(stored, part);
  if (owner !== null) throw nameTaken(part, owner);
  const before = stored === null ? emptyBrand(part.name) : definitionOf(stored);
  return editOf(planEdit({ before, part, isNew: true, patch: body }, checks), part, onAccepted);
}

/**
 * Decides the change of a part.
 * @throws ProblemError 404 if the part does not exist, 409 if a file manages it, 412 if its state is outdated, 422 if
 *   the body is invalid
 */
export function decideChange(
  stored: EditableBrand | null,
  brand: string,
  known: KnownPart,
  body: JsonObject,
  { checks, tagOf, onAccepted }: EditDependencies,
): BrandEdit {
  refuseBody(body);
  const { part } = known;
  const changeable = requireChangeable(stored, brand, known, tagOf);
  if (Object.hasOwn(body, 'name')) {
    throw invalidFields([
      { field: 'name', message: 'cannot be changed: create an object with the new name, then delete this one' },
    ]);
  }
  return editOf(
    planEdit({ before: definitionOf(changeable), part, isNew: false, patch: body }, checks),
    part,
    onAccepted,
  );
}

/**
 * Decides the replacement of a subscription by the content of one of its versions. Throws like {@link decideChange}.
 * @param version the version, which refers to other objects by id
 */
export function decideRestoration(
  stored: EditableBrand | null,
  brand: string,
  known: KnownPart,
  version: SubscriptionVersionRecord,
  { checks, tagOf, onAccepted }: EditDependencies,
): BrandEdit {
  const { part } = known;
  const changeable = requireChangeable(stored, brand, known, tagOf);
  const spec = subscriptionSpec(version, changeable);
  const gone = goneReferences(spec);
  if (gone.length > 0) throw invalidFields(gone);
  // The content replaces the subscription as a whole, like that of a new subscription.
  const patch = subscriptionBody(spec);
  return editOf(planEdit({ before: definitionOf(changeable), part, isNew: true, patch }, checks), part, onAccepted);
}

/** Returns a problem for each object that a version refers to and that was deleted. */
function goneReferences({ source, destination, route = [], messaging }: SubscriptionSpec): ConfigurationProblem[] {
  const steps = messaging?.fallback ?? [];
  const fields = [
    ...(source === '' ? ['source'] : []),
    ...(destination === '' ? ['destination'] : []),
    ...route.flatMap((entry, index) => (entry.destination === '' ? [`route[${index}].destination`] : [])),
    ...steps.flatMap((step, index) => (step.destination === '' ? [`messaging.fallback[${index}].destination`] : [])),
  ];
  const message = 'was deleted after this version: change the subscription instead, and name an existing one';
  return fields.map((field) => ({ field, message }));
}

/** Returns the brand if the API may change the part in its expected state. */
function requireChangeable(
  stored: EditableBrand | null,
  brand: string,
  { part, ifMatch }: KnownPart,
  tagOf: EditDependencies['tagOf'],
): EditableBrand {
  if (stored === null) throw brandNotFound(brand);
  refuseUnlessApiManaged(ownerOf(stored, part) ?? partNotFound(part), part);
  refuseStale(ifMatch, tagOf(stored, part) ?? '');
  return stored;
}

/**
 * Decides the deletion of a part. Returns null if the part does not exist.
 * @throws ProblemError 404 if the brand does not exist, 409 if a file manages the part or another part uses it,
 *   412 if its state is outdated
 */
export function decideDeletion(
  stored: EditableBrand | null,
  brand: string,
  { part, ifMatch }: KnownPart,
  { tagOf }: Pick<EditDependencies, 'tagOf'>,
): BrandEdit | null {
  if (stored === null) {
    if (part.kind === 'brand') return null;
    throw brandNotFound(brand);
  }
  const owner = ownerOf(stored, part);
  if (owner === null) return null;
  refuseUnlessApiManaged(owner, part);
  refuseStale(ifMatch, tagOf(stored, part) ?? '');
  refuseInUse(stored, part);
  return { kind: 'deletion', part };
}

/** Manager of a part: a file, the API or the hub. `file` is null if the API manages the part. */
interface Owner {
  readonly file: string | null;
  readonly vanished: boolean;
  /** True if the hub itself created the part. Such a part cannot be changed. */
  readonly own?: boolean;
}

function ownerOf(stored: EditableBrand, { kind, name }: BrandPart): Owner | null {
  const hasName = (record: { readonly name: string }): boolean => record.name === name;
  switch (kind) {
    case 'brand':
      return owned(stored.brand, false);
    case 'subscription': {
      const vanished = stored.vanished.find(hasName);
      if (vanished !== undefined) return { file: vanished.file, vanished: true };
      return owned(stored.subscriptions.find(hasName), false);
    }
    case 'source':
    case 'destination': {
      const found = (kind === 'source' ? stored.sources : stored.destinations).find(hasName);
      return owned(found, found?.disabled ?? false);
    }
  }
}

function owned(record: Pick<StoredBrand['brand'], 'managedBy' | 'file'> | undefined, vanished: boolean): Owner | null {
  if (record === undefined) return null;
  if (record.managedBy === 'hub') return { file: 'the hub', vanished: false, own: true };
  return { file: record.managedBy === 'api' ? null : (record.file ?? 'a file'), vanished };
}

function refuseUnlessApiManaged({ file, vanished, own = false }: Owner, { kind, name }: BrandPart): void {
  if (file === null) return;
  if (own)
    throw new ProblemError(
      409,
      `The ${kind} ${name} cannot be changed, because the hub creates it. Subscribe to it, or create another ${kind}.`,
    );
  throw new ProblemError(
    409,
    vanished
      ? `The ${kind} ${name} is disabled, because it is missing from ${file}. Add it to that file again, or delete ` +
          'it by applying the file with --prune.'
      : `The ${kind} ${name} is managed by ${file}. Change it in that file and apply the file.`,
  );
}

function nameTaken({ kind, name }: BrandPart, { file, own = false }: Owner): ProblemError {
  const managed = own
    ? 'cannot be changed, because the hub creates it. Choose another name.'
    : `is managed by ${file}. Change it in that file, or choose another name.`;
  const detail =
    file === null
      ? `The ${kind} ${name} already exists. Change it with PATCH, or choose another name.`
      : `The ${kind} ${name} already exists and ${managed}`;
  return new ProblemError(409, detail, [{ field: 'name', detail: 'is already used' }]);
}

function partNotFound({ kind, name }: BrandPart): never {
  throw new ProblemError(
    404,
    `The brand has no ${kind} ${JSON.stringify(name)}. Check the name, or create the ${kind}.`,
  );
}

function refuseBody(body: JsonObject): void {
  const problems = checkBody(body, (text) =>
    text === MASK ? 'is the mask that replaces a secret: omit the field to keep the secret' : undefined,
  );
  if (problems.length > 0) throw invalidFields(problems);
}

function editOf(
  { definition, problems, warnings, reads }: CheckedBrand,
  { kind, name }: BrandPart,
  onAccepted: EditDependencies['onAccepted'],
): BrandEdit {
  if (definition === undefined) throw invalidFields(problems);
  onAccepted({ warnings, reads });
  if (kind === 'brand') return { kind, settings: brandSettingsOf(definition) };
  const hasName = (spec: { readonly name: string }): boolean => spec.name === name;
  if (kind === 'source') return { kind, spec: requireSpec(definition.sources.find(hasName)) };
  if (kind === 'destination') return { kind, spec: requireSpec(definition.destinations.find(hasName)) };
  return { kind, spec: requireSpec(definition.subscriptions.find(hasName)) };
}

function brandSettingsOf({
  brand,
  timezone,
  privacy,
  retentionDays,
  recipients,
  enrichment,
  platform,
  caps,
}: BrandDefinition) {
  return {
    ...{ brand, timezone, privacy, retentionDays, recipients },
    ...(enrichment === undefined ? {} : { enrichment }),
    ...(platform === undefined ? {} : { platform }),
    ...(caps === undefined ? {} : { caps }),
  };
}

function requireSpec<T>(spec: T | undefined): T {
  if (spec === undefined)
    throw new Error(
      'The definition of the brand does not contain the object that was just edited. This is a bug in planEdit.',
    );
  return spec;
}

function invalidFields(problems: readonly ConfigurationProblem[]): ProblemError {
  const errors = problems.map(({ field, message }) => ({ field, detail: message }));
  return new ProblemError(
    422,
    'Some fields are invalid, so nothing was changed. Correct the fields in `errors`.',
    errors.slice(0, 100),
  );
}
