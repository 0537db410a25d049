import { checkBody, emptyBrand, nameProblem, planEdit, type CheckedBrand, type EditChecks } from '@patchbay/config';
import {
  definitionOf,
  type BrandDefinition,
  type BrandEdit,
  type BrandPart,
  type ConfigurationProblem,
  type EditableBrand,
  type JsonObject,
  type StoredBrand,
} from '@patchbay/core';
import { brandNotFound } from '../../http/brand-not-found.js';
import { ProblemError } from '../../http/problem.js';
import { MASK } from '../common/mask.js';
import { refuseStale } from './precondition.js';
import { refuseInUse } from './refuse-in-use.js';

/** The rules of an edit, and how the states of a part are told apart. */
export interface EditDependencies {
  readonly checks: EditChecks;
  readonly tagOf: (stored: StoredBrand, part: BrandPart) => string | null;
}

/** A part that is to be changed or deleted, and the state it is thought to be in. */
export interface KnownPart {
  readonly part: BrandPart;
  readonly ifMatch: string | undefined;
}

/**
 * Decides what making a part comes to.
 * @throws ProblemError 404 where there is no such brand, 409 where the name is taken, 422 for what does not fit
 */
export function decideCreation(
  stored: EditableBrand | null,
  brand: string,
  part: BrandPart,
  body: JsonObject,
  { checks }: EditDependencies,
): BrandEdit {
  refuseBody(body);
  const wrongName = nameProblem(part.name);
  if (wrongName !== undefined) throw invalidFields([{ field: 'name', message: wrongName }]);
  if (stored === null && part.kind !== 'brand') throw brandNotFound(brand);
  const owner = stored === null ? null : ownerOf(stored, part);
  if (owner !== null) throw nameTaken(part, owner);
  const before = stored === null ? emptyBrand(part.name) : definitionOf(stored);
  return editOf(planEdit({ before, part, isNew: true, patch: body }, checks), part);
}

/**
 * Decides what changing a part comes to.
 * @throws ProblemError 404, 409 where a file manages it, 412 where it is in another state, 422 for what does not fit
 */
export function decideChange(
  stored: EditableBrand | null,
  brand: string,
  { part, ifMatch }: KnownPart,
  body: JsonObject,
  { checks, tagOf }: EditDependencies,
): BrandEdit {
  refuseBody(body);
  if (stored === null) throw brandNotFound(brand);
  refuseForeign(ownerOf(stored, part) ?? partNotFound(part), part);
  refuseStale(ifMatch, tagOf(stored, part) ?? '');
  if (Object.hasOwn(body, 'name')) {
    throw invalidFields([{ field: 'name', message: 'cannot be changed: make another one, then delete this one' }]);
  }
  return editOf(planEdit({ before: definitionOf(stored), part, isNew: false, patch: body }, checks), part);
}

/**
 * Decides what deleting a part comes to; null where it is not there, which is what was wanted.
 * @throws ProblemError 404 where there is no such brand, 409 where a file manages it or something uses it, 412
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
  refuseForeign(owner, part);
  refuseStale(ifMatch, tagOf(stored, part) ?? '');
  refuseInUse(stored, part);
  return { kind: 'deletion', part };
}

/** Who manages a part: the file of that name, from which it may have vanished; null: the API. */
interface Owner {
  readonly file: string | null;
  readonly vanished: boolean;
  /** The hub made it, and nobody changes it. */
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

function refuseForeign({ file, vanished, own = false }: Owner, { kind, name }: BrandPart): void {
  if (file === null) return;
  if (own) throw new ProblemError(409, `The ${kind} ${name} is the hub's own: it can be subscribed to, not changed.`);
  throw new ProblemError(
    409,
    vanished
      ? `The ${kind} ${name} has vanished from ${file}: put it back there, or delete it by applying that with --prune.`
      : `The ${kind} ${name} is managed by ${file}: change it there and apply the file.`,
  );
}

function nameTaken({ kind, name }: BrandPart, { file, own = false }: Owner): ProblemError {
  const managed = own
    ? `the hub's own: choose another name.`
    : `managed by ${file}: change it there, or choose another name.`;
  const detail =
    file === null
      ? `There is a ${kind} ${name} already: change it by PATCH, or choose another name.`
      : `There is a ${kind} ${name} already, ${managed}`;
  return new ProblemError(409, detail, [{ field: 'name', detail: 'is taken' }]);
}

function partNotFound({ kind, name }: BrandPart): never {
  throw new ProblemError(404, `The brand has no ${kind} ${JSON.stringify(name)}.`);
}

function refuseBody(body: JsonObject): void {
  const problems = checkBody(body, (text) =>
    text === MASK ? 'is the mask that is shown for a secret: leave it out, and the secret stays as it is' : undefined,
  );
  if (problems.length > 0) throw invalidFields(problems);
}

function editOf({ definition, problems }: CheckedBrand, { kind, name }: BrandPart): BrandEdit {
  if (definition === undefined) throw invalidFields(problems);
  if (kind === 'brand') return { kind, settings: brandSettingsOf(definition) };
  const hasName = (spec: { readonly name: string }): boolean => spec.name === name;
  if (kind === 'source') return { kind, spec: requireSpec(definition.sources.find(hasName)) };
  if (kind === 'destination') return { kind, spec: requireSpec(definition.destinations.find(hasName)) };
  return { kind, spec: requireSpec(definition.subscriptions.find(hasName)) };
}

function brandSettingsOf({ brand, timezone, privacy, retentionDays, recipients, enrichment, caps }: BrandDefinition) {
  return {
    ...{ brand, timezone, privacy, retentionDays, recipients },
    ...(enrichment === undefined ? {} : { enrichment }),
    ...(caps === undefined ? {} : { caps }),
  };
}

function requireSpec<T>(spec: T | undefined): T {
  if (spec === undefined) throw new Error('What was edited is not in the definition that came of it.');
  return spec;
}

function invalidFields(problems: readonly ConfigurationProblem[]): ProblemError {
  const errors = problems.map(({ field, message }) => ({ field, detail: message }));
  return new ProblemError(422, 'Some fields do not fit; nothing was changed.', errors.slice(0, 100));
}
