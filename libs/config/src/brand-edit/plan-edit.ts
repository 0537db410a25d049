import type { BrandDefinition, BrandPart, ConfigurationProblem, JsonObject } from '@patchbay/core';
import type { CheckedBrand } from '../brand-file/check-brand.js';
import { toContent } from '../brand-file/to-content.js';
import { toDefinition } from '../brand-file/to-definition.js';
import { formatField, valueAt } from '../field-path.js';
import { findSecrets } from '../secrets/literal-secrets.js';
import { partOf } from './brand-parts.js';
import { checkEdit } from './check-edit.js';
import { secretsForNewHosts } from './moved-secrets.js';
import type { EditChecks } from './edit-checks.js';
import { mergePatch, type IsAtomic } from './merge-patch.js';

/** Change of one part of a brand. */
export interface EditRequest {
  /** Stored brand, or {@link emptyBrand} if the edit creates the brand. */
  readonly before: BrandDefinition;
  readonly part: BrandPart;
  /** True if the edit creates the part. */
  readonly isNew: boolean;
  /** JSON Merge Patch in the format of a brand file. */
  readonly patch: JsonObject;
}

/** Creates a brand that has only a name. */
export function emptyBrand(name: string): BrandDefinition {
  return toDefinition({ brand: name });
}

/**
 * Returns the brand after an edit, or its problems. Runs the checks of a brand file. Also rejects addresses that only a
 * file may set, and stored secrets that would be sent to another host.
 */
export function planEdit({ before, part, isNew, patch }: EditRequest, checks: EditChecks): CheckedBrand {
  const content = toContent(before);
  const stored = isNew ? null : partOf(content, part);
  const type = textIn(patch, 'type') ?? textIn(stored, 'type');
  const target = part.kind === 'destination' && type !== textIn(stored, 'type') ? withoutVendorFields(stored) : stored;
  // In a patch, null removes a key. A new part has no keys to remove, so null is validated as in a file.
  const partContent = isNew ? patch : mergePatch(target, patch, atomicValues(part, type, checks));
  const checked = checkEdit(before, part, partContent, checks);
  const after = checked.definition;
  const problems = [
    ...checked.problems,
    ...onlyInFiles(part, { partContent, stored }, type, checks),
    ...(after === undefined || isNew
      ? []
      : secretsForNewHosts({ part, before: content, after: toContent(after), patch }, checks)),
  ];
  return problems.length === 0 ? checked : { problems, warnings: checked.warnings, reads: [] };
}

/** Removes credentials and settings of a destination, because they must not be sent to another vendor. */
function withoutVendorFields(stored: JsonObject | null): JsonObject | null {
  return stored === null ? null : { ...stored, credentials: {}, settings: {} };
}

/**
 * Returns a predicate that is true for values that a patch replaces as a whole: filters, mappings, and fields that
 * accept any JSON.
 */
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
    source: ['files.event'],
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
  { partContent, stored }: { readonly partContent: JsonObject; readonly stored: JsonObject | null },
  type: string | undefined,
  checks: EditChecks,
): ConfigurationProblem[] {
  if (kind === 'destination' && Object.hasOwn(partContent, 'renamedFrom')) {
    return [{ field: 'renamedFrom', message: 'can be set only in a brand file: remove it from the request' }];
  }
  const place = (content: JsonObject | null): string => JSON.stringify(valueAt(content, ['files', 'from']) ?? null);
  if (kind === 'source' && place(partContent) !== place(stored)) {
    return [
      {
        field: 'files.from',
        message:
          'can be set only in a brand file, because the hub reads files there and sends credentials there: remove it ' +
          'from the request',
      },
    ];
  }
  const kinds = kind === 'destination' && type !== undefined ? checks.fieldKinds(type) : undefined;
  if (kinds === undefined) return [];
  return (['credentials', 'settings'] as const).flatMap((group) =>
    kinds[group].fileOnly
      .flatMap((field) => findSecrets(partContent[group], [group], field.split('.')))
      .map((path) => ({
        field: formatField(path),
        message:
          'can be set only in a brand file, because credentials are sent to this address: remove it from the request',
      })),
  );
}

function textIn(object: JsonObject | null, name: string): string | undefined {
  const value = object?.[name];
  return typeof value === 'string' ? value : undefined;
}
