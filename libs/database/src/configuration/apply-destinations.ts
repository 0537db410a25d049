import { SECRET, toldSettings, type BrandVault, type DestinationSpec } from '@patchbay/core';
import { databaseTime } from '../clock/database-time.js';
import { DestinationEntity } from '../entities/destination.entity.js';
import { ownedBy, type ApplyContext } from './apply-context.js';
import type { BrandPlace } from './brand-place.js';
import { changedFields } from './changed-fields.js';
import type { Reconciliation } from './reconcile.js';
import { credentialsContext, sealJson, sealsSame } from './sealed-json.js';

/** How a brand's destinations get to what its file, or the API, says. A pause is nobody's but the hub's and the people's. */
export function destinationReconciliation(
  context: ApplyContext,
  place: BrandPlace,
  vault: BrandVault,
  specs: readonly DestinationSpec[],
  rows: readonly DestinationEntity[],
): Reconciliation<DestinationSpec, DestinationEntity> {
  const { manager } = context;
  return {
    context,
    kind: 'destination',
    brand: place.brand.name,
    file: place.file,
    specs,
    rows,
    differs: (row, spec) => ({
      ...changedFields({
        type: [row?.type, spec.type],
        settings: [row?.settings, spec.settings, toldSettings],
        limits: [row?.limits, spec.limits],
        retry: [row?.retry, spec.retry],
      }),
      ...(row !== undefined && sealsSame(vault, credentialsContext(row.id), row.sealedCredentials, spec.credentials)
        ? {}
        : { credentials: { before: SECRET, after: SECRET } }),
    }),
    create: (spec) => {
      const owned = ownedBy(place.file, spec.name);
      return manager.save(
        Object.assign(new DestinationEntity(), owned, {
          brandId: place.brand.id,
          type: spec.type,
          settings: spec.settings,
          limits: spec.limits,
          retry: spec.retry,
          sealedCredentials: sealJson(vault, credentialsContext(owned.id), spec.credentials),
          paused: false,
          pausedReason: null,
          pausedBy: null,
          version: 1,
          callbackVersion: 1,
          callbackPreviousUntil: null,
        }),
      );
    },
    update: (row, spec, fields) => {
      if (fields.includes('credentials')) {
        row.sealedCredentials = sealJson(vault, credentialsContext(row.id), spec.credentials);
      }
      row.type = spec.type;
      row.settings = spec.settings;
      row.limits = spec.limits;
      row.retry = spec.retry;
      row.file = place.file;
      row.disabled = false;
      row.version += 1;
      return manager.save(row);
    },
    disable: async (row) => {
      row.disabled = true;
      row.version += 1;
      await manager.save(row);
    },
    remove: async (row) => {
      row.disabled = true;
      row.deletedAt = new Date(await databaseTime(manager));
      row.sealedCredentials = Buffer.alloc(0);
      row.version += 1;
      await manager.save(row);
    },
  };
}
