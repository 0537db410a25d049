import { randomUUID } from 'node:crypto';
import type { Json, MessagingRecord, MessagingSpec, RouteEntryRecord, SubscriptionSpec } from '@patchbay/core';
import { isJson } from '@patchbay/plugin-sdk';
import { databaseTime } from '../clock/database-time.js';
import type { DestinationEntity } from '../entities/destination.entity.js';
import type { ManagedColumns } from '../entities/managed.columns.js';
import type { SourceEntity } from '../entities/source.entity.js';
import { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import { SubscriptionEntity } from '../entities/subscription.entity.js';
import { ownedBy, type ApplyContext } from './apply-context.js';
import type { BrandTarget } from './brand-target.js';
import { changedFields } from './changed-fields.js';
import type { Reconciliation } from './reconcile.js';

/** Objects that a subscription may reference, in the state that they have after this apply. */
export interface SubscriptionReferences {
  readonly sources: ReadonlyMap<string, SourceEntity>;
  readonly destinations: ReadonlyMap<string, DestinationEntity>;
  /** Newest version of each subscription by subscription id, including closed versions. */
  readonly newestVersions: ReadonlyMap<string, SubscriptionVersionEntity>;
}

/** Subscription spec with its names resolved to ids. */
export interface ResolvedSubscription extends Omit<SubscriptionSpec, 'messaging' | 'route'> {
  readonly sourceId: string;
  /** Null if the subscription has a route. */
  readonly destinationId: string | null;
  /** Null if the subscription has a destination. */
  readonly route: RouteEntryRecord[] | null;
  readonly messaging: MessagingRecord | null;
}

/** Resolves the names that subscriptions use. Reports an unknown name as a problem. */
export function resolveSubscriptions(
  context: ApplyContext,
  target: BrandTarget,
  specs: readonly SubscriptionSpec[],
  { sources, destinations }: SubscriptionReferences,
): ResolvedSubscription[] {
  return specs.flatMap((spec) => {
    const source = sources.get(spec.source);
    const { route } = spec;
    const named = [
      ...(spec.destination === undefined ? [] : [{ field: 'destination', name: spec.destination }]),
      ...destinationFields('route', route ?? []),
      ...destinationFields('messaging.fallback', spec.messaging?.fallback ?? []),
    ];
    const unknown = named.filter(({ name }) => !destinations.has(name));
    const missing = [
      ...(source === undefined ? [['source', 'source', spec.source]] : []),
      ...unknown.map(({ field, name }) => [field, 'destination', name]),
    ];
    for (const [field, kind, name] of missing) {
      context.problems.push({
        ...(target.file === null ? {} : { file: target.file }),
        field: `subscriptions.${spec.name}.${field}`,
        message: `There is no ${kind} "${name}" in brand ${target.brand.name}. Correct the name, or add the ${kind}.`,
      });
    }
    if (source === undefined || unknown.length > 0) return [];
    const destination = destinations.get(spec.destination ?? '');
    const resolved = {
      sourceId: source.id,
      destinationId: destination?.id ?? null,
      route: route === undefined ? null : withIds(route, destinations),
      messaging: spec.messaging === undefined ? null : resolveMessaging(spec.messaging, destinations),
    };
    return [{ ...spec, ...resolved }];
  });
}

function destinationFields(
  list: string,
  parts: readonly { readonly destination: string }[],
): readonly { readonly field: string; readonly name: string }[] {
  return parts.map(({ destination }, index) => ({ field: `${list}.${index}.destination`, name: destination }));
}

function resolveMessaging(
  { fallback, ...rules }: MessagingSpec,
  destinations: SubscriptionReferences['destinations'],
): MessagingRecord {
  return { ...rules, fallback: withIds(fallback, destinations) };
}

/**
 * Replaces the destination names of fallback steps or route entries by ids. Leaves out parts with an unknown
 * destination, because the unknown name is already reported as a problem.
 */
function withIds<T extends { readonly destination: string }>(
  parts: readonly T[],
  destinations: SubscriptionReferences['destinations'],
): (Omit<T, 'destination'> & { readonly destinationId: string })[] {
  return parts.flatMap(({ destination, ...part }) => {
    const known = destinations.get(destination);
    return known === undefined ? [] : [{ destinationId: known.id, ...part }];
  });
}

/**
 * Returns the reconciliation of a brand's subscriptions with its file or an API edit. A change ends the current version
 * of a subscription and creates the next version.
 */
export function subscriptionReconciliation(
  context: ApplyContext,
  target: BrandTarget,
  specs: readonly ResolvedSubscription[],
  rows: readonly SubscriptionEntity[],
  { sources, destinations, newestVersions }: SubscriptionReferences,
): Reconciliation<ResolvedSubscription, SubscriptionEntity> {
  const { manager, newRows } = context;

  function close(row: SubscriptionEntity): void {
    const version = newestVersions.get(row.id);
    if (version?.toRevision !== null) return;
    context.endedVersions.push(version.id);
    context.withRevision((revision) => {
      version.toRevision = revision;
      return manager.save(version);
    });
  }

  function open(row: SubscriptionEntity, spec: ResolvedSubscription): void {
    newRows.subscriptionVersions.push(
      Object.assign(new SubscriptionVersionEntity(), {
        id: randomUUID(),
        subscriptionId: row.id,
        version: (newestVersions.get(row.id)?.version ?? 0) + 1,
        sourceId: spec.sourceId,
        destinationId: spec.destinationId,
        route: spec.route,
        events: [...spec.events],
        when: spec.when ?? null,
        enrich: [...(spec.enrich ?? [])],
        mapping: spec.mapping ?? null,
        ordering: spec.ordering ?? null,
        supersede: spec.supersede ?? false,
        messaging: spec.messaging,
        toRevision: null,
      }),
    );
  }

  return {
    context,
    kind: 'subscription',
    brand: target.brand.name,
    file: target.file,
    specs,
    rows,
    differs: (row, spec) => {
      const version = row === undefined ? undefined : newestVersions.get(row.id);
      return changedFields({
        source: [version?.sourceId, spec.sourceId, byNameIn(sources)],
        destination: [version?.destinationId, spec.destinationId, byNameIn(destinations)],
        route: [version?.route, spec.route, (route) => byNames(route, destinations)],
        events: [version?.events, spec.events],
        when: [version?.when, spec.when],
        enrich: [version?.enrich ?? [], spec.enrich ?? []],
        mapping: [version?.mapping, spec.mapping],
        ordering: [version?.ordering, spec.ordering],
        supersede: [version?.supersede ?? false, spec.supersede ?? false],
        messaging: [version?.messaging, spec.messaging, (messaging) => byNames(messaging, destinations)],
      });
    },
    create: (spec) => {
      const row = Object.assign(new SubscriptionEntity(), ownedBy(target.file, spec.name), {
        brandId: target.brand.id,
      });
      newRows.subscriptions.push(row);
      open(row, spec);
      return row;
    },
    update: async (row, spec, fields) => {
      // The rename of a file alone does not create a new version of the subscription.
      if (row.disabled || fields.some((field) => field !== 'file')) {
        close(row);
        open(row, spec);
      }
      row.file = target.file;
      row.disabled = false;
      return manager.save(row);
    },
    disable: async (row) => {
      close(row);
      row.disabled = true;
      await manager.save(row);
    },
    remove: async (row) => {
      close(row);
      row.disabled = true;
      row.deletedAt = new Date(await databaseTime(manager));
      await manager.save(row);
    },
  };
}

/**
 * Returns a function that replaces an object's id by the object's name. The function returns an unknown id unchanged.
 */
function byNameIn(rows: ReadonlyMap<string, ManagedColumns>): (id: Json) => Json {
  return (id) => [...rows.values()].find((row) => row.id === id)?.name ?? id;
}

/**
 * Returns messaging rules or a route in the form of the audit log, with destination names instead of ids.
 */
function byNames(rules: Json, destinations: ReadonlyMap<string, ManagedColumns>): Json {
  const ids = new Map([...destinations.values()].map(({ id, name }) => [id, name]));
  const auditedRules: unknown = JSON.parse(JSON.stringify(rules), (key, value: unknown) =>
    key === 'destinationId' && typeof value === 'string' ? (ids.get(value) ?? value) : value,
  );
  return isJson(auditedRules) ? auditedRules : null;
}
