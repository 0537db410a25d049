import type { BrandPart, ConfigurationProblem, JsonObject } from '@patchbay/core';
import type { BrandFileContent } from '../brand-file/brand-file-content.js';
import { formatField, valueAt, type FieldPath } from '../field-path.js';
import { findSecrets } from '../secrets/literal-secrets.js';
import { pathOfPart } from './brand-parts.js';
import type { EditChecks } from './edit-checks.js';
import { lookupsIn } from './lookup-secrets.js';

/** Content of a brand before and after an edit, and the patch of the part. */
export interface ContentEdit {
  readonly part: BrandPart;
  readonly before: BrandFileContent;
  readonly after: BrandFileContent;
  readonly patch: JsonObject;
}

/** Paths of addresses, and of the secrets that the hub sends to them. */
interface AddressSecrets {
  readonly addresses: readonly FieldPath[];
  readonly secrets: readonly FieldPath[];
}

/**
 * Reports stored secrets that an edit would send to another host. Otherwise a caller could learn stored secrets by
 * changing the address to the caller's own host. The fields of the problems are relative to the part.
 */
export function secretsForNewHosts(edit: ContentEdit, checks: EditChecks): readonly ConfigurationProblem[] {
  const partPath = pathOfPart(edit.part);
  return addressSecretsOf(edit, checks).flatMap(({ addresses, secrets }) => {
    const moved = addresses.find((path) => hostAt(edit.before, path) !== hostAt(edit.after, path));
    if (moved === undefined) return [];
    const address = formatField(moved.slice(partPath.length));
    return secrets
      .map((path) => path.slice(partPath.length))
      .filter((path) => valueAt(edit.patch, path) === undefined)
      .map((path) => ({
        field: formatField(path),
        message: `must be sent again, because ${address} was changed to another host: add the secret to this request`,
      }));
  });
}

function addressSecretsOf(edit: ContentEdit, checks: EditChecks): readonly AddressSecrets[] {
  const { part, before, after } = edit;
  if (part.kind === 'destination') return [ofDestination(part.name, before, after, checks)];
  return part.kind === 'brand' ? ofLookups(before, after) : [];
}

function ofDestination(
  name: string,
  before: BrandFileContent,
  after: BrandFileContent,
  checks: EditChecks,
): AddressSecrets {
  const find = (content: BrandFileContent, kind: 'secret' | 'address'): FieldPath[] => {
    const destination = content.destinations?.[name];
    const kinds = destination === undefined ? undefined : checks.fieldKinds(destination.type);
    return (['credentials', 'settings'] as const).flatMap((group) =>
      (kinds?.[group][kind] ?? []).flatMap((field) =>
        findSecrets(destination?.[group], ['destinations', name, group], field.split('.')),
      ),
    );
  };
  return { addresses: [...find(before, 'address'), ...find(after, 'address')], secrets: find(after, 'secret') };
}

/** Returns the lookups that exist both before and after the edit. All other lookups send no stored secret. */
function ofLookups(before: BrandFileContent, after: BrandFileContent): AddressSecrets[] {
  const known = new Set(lookupsIn(before).map(({ at }) => formatField(at)));
  return lookupsIn(after)
    .filter(({ at }) => known.has(formatField(at)))
    .map(({ address, secrets }) => ({ addresses: [address], secrets }));
}

/**
 * Returns scheme, host and port of an address. If the value is not a URL, returns the whole text, so that only an equal
 * text matches.
 */
function hostAt(content: BrandFileContent, path: FieldPath): string | undefined {
  const value = valueAt(content, path);
  if (typeof value !== 'string') return undefined;
  const origin = URL.canParse(value) ? new URL(value).origin : 'null';
  return origin === 'null' ? value : origin;
}
