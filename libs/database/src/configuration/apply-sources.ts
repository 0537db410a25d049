import { MASK, originOf, type BrandVault, type ImportOrigin, type SourceSpec } from '@patchbay/core';
import { databaseTime } from '../clock/database-time.js';
import { SourceEntity } from '../entities/source.entity.js';
import { ownedBy, type ApplyContext } from './apply-context.js';
import { changedFields } from './changed-fields.js';
import { DELETE_REGISTRATION } from '../sql/capillary-registrations.js';
import type { Reconciliation } from './reconcile.js';
import { authContext, isSealOf, placeContext, sealJson } from './sealed-json.js';
import type { BrandTarget } from './brand-target.js';

/** Returns the reconciliation of a brand's sources with its file or an API edit. */
export function sourceReconciliation(
  context: ApplyContext,
  target: BrandTarget,
  vault: BrandVault,
  specs: readonly SourceSpec[],
  rows: readonly SourceEntity[],
): Reconciliation<SourceSpec, SourceEntity> {
  const { manager } = context;
  return {
    context,
    kind: 'source',
    brand: target.brand.name,
    file: target.file,
    specs,
    rows,
    differs: (row, spec) => ({
      ...changedFields({
        adapter: [row?.adapter, spec.adapter],
        paths: [row?.paths, spec.paths],
        customer: [row?.customer, spec.customer],
        limits: [row?.limits, spec.limits],
        files: [row?.files, filesOf(spec)],
      }),
      ...(row !== undefined && isSealOf(vault, authContext(row.id), row.sealedAuth, spec.auth)
        ? {}
        : { auth: { before: MASK, after: MASK } }),
      ...(hasPlace(vault, row, spec) ? {} : { 'files.from': { before: MASK, after: MASK } }),
    }),
    create: (spec) => {
      const owned = ownedBy(target.file, spec.name);
      const row = Object.assign(new SourceEntity(), owned, {
        brandId: target.brand.id,
        adapter: spec.adapter,
        paths: spec.paths ?? null,
        customer: spec.customer ?? null,
        limits: spec.limits ?? null,
        files: filesOf(spec) ?? null,
        sealedPlace: sealedPlace(vault, owned.id, spec),
        placeOrigin: placeOrigin(spec),
        sealedAuth: sealJson(vault, authContext(owned.id), spec.auth),
      });
      context.newRows.sources.push(row);
      return row;
    },
    update: (row, spec, fields) => {
      if (fields.includes('auth')) row.sealedAuth = sealJson(vault, authContext(row.id), spec.auth);
      row.adapter = spec.adapter;
      row.paths = spec.paths ?? null;
      row.customer = spec.customer ?? null;
      row.limits = spec.limits ?? null;
      row.files = filesOf(spec) ?? null;
      if (fields.includes('files.from')) row.sealedPlace = sealedPlace(vault, row.id, spec);
      row.placeOrigin = placeOrigin(spec);
      row.file = target.file;
      row.disabled = false;
      return manager.save(row);
    },
    disable: async (row) => {
      row.disabled = true;
      await manager.save(row);
    },
    remove: async (row) => {
      row.disabled = true;
      row.deletedAt = new Date(await databaseTime(manager));
      row.sealedAuth = Buffer.alloc(0);
      row.sealedPlace = null;
      row.placeOrigin = null;
      await manager.save(row);
      await manager.query(DELETE_REGISTRATION, [row.id]);
    },
  };
}

/** Returns the settings of files that are not secret. */
function filesOf({ files }: SourceSpec): SourceEntity['files'] | undefined {
  if (files === undefined) return undefined;
  const { from: _sealed, ...others } = files;
  return others;
}

function hasPlace(vault: BrandVault, row: SourceEntity | undefined, { files }: SourceSpec): boolean {
  const sealed = row?.sealedPlace ?? null;
  if (row === undefined || sealed === null) return files?.from === undefined;
  return isSealOf(vault, placeContext(row.id), sealed, files?.from);
}

function placeOrigin({ files }: SourceSpec): ImportOrigin | null {
  return files?.from === undefined ? null : originOf(files.from);
}

function sealedPlace(vault: BrandVault, sourceId: string, { files }: SourceSpec): Buffer | null {
  return files?.from === undefined ? null : sealJson(vault, placeContext(sourceId), files.from);
}
