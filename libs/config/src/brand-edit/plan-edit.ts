import type { BrandDefinition, BrandPart, ConfigurationProblem, JsonObject } from '@patchbay/core';
import type { CheckedBrand } from '../brand-file/check-brand.js';
import { toContent } from '../brand-file/to-content.js';
import { toDefinition } from '../brand-file/to-definition.js';
import { formatField } from '../field-path.js';
import { findSecrets } from '../secrets/literal-secrets.js';
import { partOf } from './brand-parts.js';
import { checkEdit } from './check-edit.js';
import { secretsForNewHosts } from './moved-secrets.js';
import type { EditChecks } from './edit-checks.js';
import { mergePatch, type IsAtomic } from './merge-patch.js';

/** A change of one part of a brand. */
export interface EditRequest {
  /** The brand as it is stored; {@link emptyBrand} where it is about to be made. */
  readonly before: BrandDefinition;
  readonly part: BrandPart;
  /** True: the part is made, and nothing of it is there yet. */
  readonly isNew: boolean;
  /** A JSON Merge Patch in the words of a brand's file. */
  readonly patch: JsonObject;
}

/** A brand that says nothing but its name. */
export function emptyBrand(name: string): BrandDefinition {
  return toDefinition({ brand: name });
}

/**
 * The brand as it would be after an edit, or what is wrong with that: what would be wrong with its file, addresses that
 * only a file may set, and secrets that would go where they were not meant to.
 */
export function planEdit({ before, part, isNew, patch }: EditRequest, checks: EditChecks): CheckedBrand {
  const content = toContent(before);
  const stored = isNew ? null : partOf(content, part);
  const type = textIn(patch, 'type') ?? textIn(stored, 'type');
  const target = part.kind === 'destination' && type !== textIn(stored, 'type') ? withoutVendorFields(stored) : stored;
  // A patch removes what is null; of a new part there is nothing to remove, so null is judged as in a file.
  const partContent = isNew ? patch : mergePatch(target, patch, atomicValues(part, type, checks));
  const checked = checkEdit(before, part, partContent, checks);
  const after = checked.definition;
  const problems = [
    ...checked.problems,
    ...onlyInFiles(part, partContent, type, checks),
    ...(after === undefined || isNew
      ? []
      : secretsForNewHosts({ part, before: content, after: toContent(after), patch }, checks)),
  ];
  return problems.length === 0 ? checked : { problems };
}

/** Another vendor gets nothing that was for the one before. */
function withoutVendorFields(stored: JsonObject | null): JsonObject | null {
  return stored === null ? null : { ...stored, credentials: {}, settings: {} };
}

/** Filters and mappings are values of their own, and so is whatever a plugin takes as any JSON. */
function atomicValues({ kind }: BrandPart, type: string | undefined, checks: EditChecks): IsAtomic {
  const kinds = type === undefined ? undefined : checks.fieldKinds(type);
  const free = (['credentials', 'settings'] as const).flatMap((group) =>
    (kinds?.[group].free ?? []).map((field) => `${group}.${field}`),
  );
  const whole: Readonly<Record<BrandPart['kind'], readonly string[]>> = {
    brand: [
      ...['body', 'mapping'].map((field) => `recipients.resolver.${field}`),
      ...['body', 'mapping', 'recipient'].map((field) => `enrichment.http.*.${field}`),
    ],
    source: [],
    destination: free,
    subscription: ['when', 'mapping'],
  };
  const paths = whole[kind].map((path) => path.split('.'));
  return (at) =>
    paths.some(
      (path) => path.length === at.length && path.every((segment, index) => segment === '*' || segment === at[index]),
    );
}

function onlyInFiles(
  { kind }: BrandPart,
  partContent: JsonObject,
  type: string | undefined,
  checks: EditChecks,
): ConfigurationProblem[] {
  if (kind === 'destination' && Object.hasOwn(partContent, 'renamedFrom')) {
    return [{ field: 'renamedFrom', message: "can be set in a brand's file only: leave it out" }];
  }
  const kinds = kind === 'destination' && type !== undefined ? checks.fieldKinds(type) : undefined;
  if (kinds === undefined) return [];
  return (['credentials', 'settings'] as const).flatMap((group) =>
    kinds[group].fileOnly
      .flatMap((field) => findSecrets(partContent[group], [group], field.split('.')))
      .map((path) => ({
        field: formatField(path),
        message: "can be set in a brand's file only, since credentials are sent there: leave it out",
      })),
  );
}

function textIn(object: JsonObject | null, name: string): string | undefined {
  const value = object?.[name];
  return typeof value === 'string' ? value : undefined;
}
