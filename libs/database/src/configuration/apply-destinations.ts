import {
  isJson,
  MASK,
  maskedSettings,
  namesOtherHost,
  type BrandVault,
  type DestinationSpec,
  type WaitingEffect,
} from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { databaseTime } from '../clock/database-time.js';
import { DestinationEntity } from '../entities/destination.entity.js';
import { DISCONNECT, DROP_REQUESTS } from '../sql/oauth.js';
import { ownedBy, type ApplyContext } from './apply-context.js';
import type { BrandTarget } from './brand-target.js';
import { changedFields } from './changed-fields.js';
import type { Reconciliation } from './reconcile.js';
import { credentialsContext, isSealOf, openJson, sealJson } from './sealed-json.js';

/**
 * Returns the reconciliation of a brand's destinations with its file or an API edit. The reconciliation never changes a
 * pause, because a pause is not configuration.
 */
export function destinationReconciliation(
  context: ApplyContext,
  target: BrandTarget,
  vault: BrandVault,
  specs: readonly DestinationSpec[],
  rows: readonly DestinationEntity[],
): Reconciliation<DestinationSpec, DestinationEntity> {
  const { manager, settingsVersions } = context;
  const oldNames = renameRows(context, target, specs, rows);
  const affects = ({ id, name }: DestinationEntity, effect: WaitingEffect): void => {
    context.affected.set(id, { brand: target.brand.name, destination: name, effect });
  };
  return {
    context,
    kind: 'destination',
    brand: target.brand.name,
    file: target.file,
    specs,
    rows,
    differs: (row, spec) => ({
      ...changedFields({
        ...(row === undefined
          ? {}
          : {
              name: [oldNames.get(row.id) ?? row.name, spec.name],
              // The same values may have another meaning in another version.
              settingsVersion: [row.settingsVersion, settingsVersions.settingsVersion(spec.type)],
            }),
        type: [row?.type, spec.type],
        settings: [row?.settings, spec.settings, maskedSettings],
        limits: [row?.limits, spec.limits],
        retry: [row?.retry, spec.retry],
        messaging: [row?.messaging, spec.messaging],
      }),
      ...(row !== undefined && isSealOf(vault, credentialsContext(row.id), row.sealedCredentials, spec.credentials)
        ? {}
        : { credentials: { before: MASK, after: MASK } }),
    }),
    create: (spec) => {
      const owned = ownedBy(target.file, spec.name);
      const row = Object.assign(new DestinationEntity(), owned, {
        brandId: target.brand.id,
        type: spec.type,
        settings: spec.settings,
        settingsVersion: settingsVersions.settingsVersion(spec.type),
        limits: spec.limits,
        retry: spec.retry,
        messaging: spec.messaging ?? null,
        sealedCredentials: sealJson(vault, credentialsContext(owned.id), spec.credentials),
        version: 1,
        callbackVersion: 1,
        callbackPreviousUntil: null,
      });
      context.newRows.destinations.push(row);
      return row;
    },
    update: async (row, spec, fields) => {
      if (row.type !== spec.type || sendsElsewhere(vault, row, spec)) await disconnect(manager, row.id);
      if (fields.includes('credentials')) {
        row.sealedCredentials = sealJson(vault, credentialsContext(row.id), spec.credentials);
      }
      if (row.type !== spec.type) affects(row, 'change_type');
      row.type = spec.type;
      row.settings = spec.settings;
      row.settingsVersion = settingsVersions.settingsVersion(spec.type);
      row.limits = spec.limits;
      row.retry = spec.retry;
      row.messaging = spec.messaging ?? null;
      row.file = target.file;
      row.disabled = false;
      row.version += 1;
      return manager.save(row);
    },
    disable: async (row) => {
      affects(row, 'hold');
      context.disabledDestinations.push(row.id);
      row.disabled = true;
      row.version += 1;
      await manager.save(row);
    },
    remove: async (row) => {
      affects(row, 'end');
      row.disabled = true;
      row.deletedAt = new Date(await databaseTime(manager));
      row.sealedCredentials = Buffer.alloc(0);
      row.version += 1;
      await disconnect(manager, row.id);
      await manager.save(row);
    },
  };
}

/** Returns true if a change of a destination names a host that may not get the tokens of its OAuth connection. */
function sendsElsewhere(
  vault: BrandVault,
  row: DestinationEntity,
  { credentials, settings }: DestinationSpec,
): boolean {
  const stored = openJson(vault, credentialsContext(row.id), row.sealedCredentials, isJson);
  return namesOtherHost([stored, row.settings], [credentials, settings]);
}

/** Ends the OAuth connection of a destination, and the requests to connect it. */
async function disconnect(manager: EntityManager, destinationId: string): Promise<void> {
  await manager.query(DROP_REQUESTS, [destinationId]);
  await manager.query(DISCONNECT, [destinationId]);
}

/**
 * Writes the new names of renamed destinations to their rows, so that the destinations keep their ids and waiting
 * deliveries.
 * @returns the old names by destination id
 */
function renameRows(
  { problems }: ApplyContext,
  { file }: BrandTarget,
  specs: readonly DestinationSpec[],
  rows: readonly DestinationEntity[],
): ReadonlyMap<string, string> {
  const oldNames = new Map<string, string>();
  for (const { name, renamedFrom } of specs) {
    const row = rows.find((one) => one.name === renamedFrom);
    if (row === undefined || rows.some((one) => one.name === name)) continue;
    if (row.managedBy !== 'file') {
      problems.push({
        ...(file === null ? {} : { file }),
        field: `destinations.${name}.renamedFrom`,
        message: `Destination ${row.name} was created through the API. Remove renamedFrom, or delete ${row.name} through the API first.`,
      });
      continue;
    }
    oldNames.set(row.id, row.name);
    row.name = name;
  }
  return oldNames;
}
