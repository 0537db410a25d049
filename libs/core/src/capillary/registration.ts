import type { Actor } from '../audit/audit-log.port.js';
import type { Clock } from '../clock.js';
import { HUB_ACTOR } from '../configuration/configuration-store.port.js';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { Locks } from '../locks.js';
import type { Registration, RegistrationStore } from './registration-store.port.js';
import {
  connectionOf,
  generatedSource,
  RegistrationError,
  registrationTarget,
  sourceAndConnection,
  webhookName,
  type RegistrationTarget,
} from './registration-target.js';
import type { CapillaryWebhookApi } from './webhook-api.port.js';
import {
  desiredState,
  diffStates,
  diffWebhook,
  headerChange,
  stateOf,
  webhookId,
  webhookToWrite,
  type CapillaryWebhook,
  type DesiredWebhook,
  type WebhookChange,
} from './webhook.js';

/** Time for which a previous secret is accepted after Capillary confirmed the new one, in milliseconds. */
const OVERLAP_MS = 3_600_000;
/** Age at which the reconciler replaces a secret, in milliseconds. */
const SECRET_LIFE_MS = 90 * 86_400_000;
/** Maximum wait for another change of the same webhook, in milliseconds. Longer than the lock of a killed process lasts. */
const LOCK_WAIT_MS = 30_000;

/** Dependencies of {@link CapillaryRegistration}. */
export interface CapillaryRegistrationParts {
  readonly api: CapillaryWebhookApi;
  readonly store: RegistrationStore;
  readonly clock: Clock;
  readonly locks: Locks;
  readonly configuration: Pick<LiveConfiguration, 'brand' | 'refresh'>;
  /** Address of the hub for Capillary, without a trailing slash; undefined if it is not set. */
  readonly publicUrl: string | undefined;
  /** Maximum wait for another change of the same webhook, in milliseconds; set only by tests. */
  readonly lockWaitMs?: number;
}

/** Webhook that a registration creates or changes, and the changes. */
export interface RegistrationPlan {
  readonly name: string;
  readonly url: string;
  readonly source: string;
  readonly eventNames: readonly string[];
  /** Null if Capillary does not have the webhook. */
  readonly webhookId: string | null;
  /** Empty if Capillary has the webhook as desired. */
  readonly changes: readonly WebhookChange[];
}

/** Result of {@link CapillaryRegistration.reconcile}. */
type ReconcileOutcome = 'unregistered' | 'unchanged' | 'changed' | 'drifted';

/** State of the webhook at Capillary, and the plan that follows from it. */
interface Comparison extends RegistrationTarget {
  readonly registration: Registration | null;
  readonly existing: CapillaryWebhook | undefined;
  readonly plan: RegistrationPlan;
}

/**
 * Registration of brands at Capillary: one webhook per brand, with the hub's URL, a generated secret, and the event types
 * that subscriptions use.
 *
 * Every function that changes the webhook runs under a lock of the brand, and uses the configuration as of then. It throws a
 * RegistrationError if it does not get the lock within 30 seconds.
 */
export class CapillaryRegistration {
  constructor(private readonly parts: CapillaryRegistrationParts) {}

  /**
   * Compares the webhook at Capillary with the desired one. Changes nothing.
   * @throws RegistrationError, or DeliveryError if Capillary refuses or does not answer
   */
  async plan(brand: CompiledBrand): Promise<RegistrationPlan> {
    return (await this.compare(brand)).plan;
  }

  /**
   * Tests the access to Capillary.
   * @returns the number of webhooks of the organisation
   * @throws like {@link plan}
   */
  async verify({ brand }: CompiledBrand): Promise<number> {
    return (await this.parts.api.list(connectionOf(brand))).length;
  }

  /**
   * Creates or changes the webhook, if it differs from the desired one. Replaces changes that somebody made at Capillary.
   * @param options.rotate true to replace the secret
   * @returns the plan that was carried out
   * @throws like {@link plan}
   */
  register(brand: CompiledBrand, actor: Actor, { rotate }: { readonly rotate: boolean }): Promise<RegistrationPlan> {
    return this.alone(brand, async (current) => {
      const compared = await this.compare(current);
      const { registration, plan } = compared;
      const isCurrent = plan.changes.length === 0 && registration !== null && !registration.isRotating;
      if (isCurrent && registration.written !== null && !rotate) return plan;
      await this.write(compared, actor, rotate);
      return plan;
    });
  }

  /**
   * Deletes the webhook at Capillary, then the secrets of the source.
   * @returns false if the brand is not registered
   * @throws like {@link plan}
   */
  unregister(brand: CompiledBrand, actor: Actor): Promise<boolean> {
    return this.alone(brand, async (current) => {
      const { api, store, configuration } = this.parts;
      const { source, connection } = sourceAndConnection(current);
      const registration = await store.find(source.sourceId);
      if (registration === null) return false;
      const webhooks = await api.list(connection);
      const { webhookId: known } = registration;
      // A webhook whose creation was not confirmed is found by its name.
      const existing = webhooks.find((one) =>
        known === null ? one['name'] === webhookName(source) : webhookId(one) === known,
      );
      const id = existing === undefined ? undefined : webhookId(existing);
      if (id !== undefined) await api.remove(connection, id);
      await store.remove(source, actor);
      await configuration.refresh();
      return true;
    });
  }

  /** Returns the registration of a brand. Null if the brand is not registered, or cannot be registered. */
  async find(brand: CompiledBrand): Promise<Registration | null> {
    const source = generatedSource(brand);
    return source === undefined ? null : this.parts.store.find(source.record.id);
  }

  /**
   * Updates the webhook of a registered brand after a change of its subscriptions or of the public URL. Replaces an old
   * secret. If somebody changed or deleted the webhook at Capillary, records the drift and changes nothing, so that a
   * person can decide.
   * @throws like {@link plan}
   */
  reconcile(brand: CompiledBrand): Promise<ReconcileOutcome> {
    return this.alone(brand, (current) => this.reconcileAlone(current));
  }

  private async reconcileAlone(brand: CompiledBrand): Promise<ReconcileOutcome> {
    if ((await this.find(brand)) === null) return 'unregistered';
    const { store, clock, configuration } = this.parts;
    const compared = await this.compare(brand);
    const { registration, existing, desired, plan } = compared;
    if (registration === null) return 'unregistered';
    // A webhook of the same name and another id was created after somebody deleted the hub's webhook.
    const isMissing = registration.webhookId !== null && plan.webhookId !== registration.webhookId;
    const drift = existing === undefined || isMissing ? [] : driftOf(registration, existing, desired);
    await store.recordCheck(compared.source, { drift, isMissing, since: registration.checkedAt });
    // Capillary may still send the old secret if its webhook is missing or has another header.
    const hasSecret = !isMissing && plan.changes.every(({ field }) => field !== 'header');
    if (hasSecret && (await store.dropOldSecret(compared.source))) await configuration.refresh();
    if (isMissing || drift.length > 0) return 'drifted';
    const isOld = clock.now() - registration.secretAt > SECRET_LIFE_MS;
    if (plan.changes.length === 0 && !registration.isRotating && !isOld) return 'unchanged';
    await this.write(compared, HUB_ACTOR, isOld);
    return 'changed';
  }

  /**
   * Runs work while no other process changes the webhook of the brand. The work gets the brand as of then, because another
   * process may have replaced the secret or the event types during the wait.
   */
  private async alone<T>(
    { id, brand: { name } }: CompiledBrand,
    work: (current: CompiledBrand) => Promise<T>,
  ): Promise<T> {
    const { locks, configuration, lockWaitMs = LOCK_WAIT_MS } = this.parts;
    const busy = new RegistrationError(
      `The webhook of brand ${name} was not changed, because another change of it has run for more than ` +
        `${lockWaitMs / 1_000} seconds. Repeat the call after that change has ended.`,
    );
    const wait = new AbortController();
    const timer = setTimeout(() => wait.abort(busy), lockWaitMs);
    const onCurrent = async (): Promise<T> => {
      clearTimeout(timer);
      await configuration.refresh();
      const current = await configuration.brand(id);
      if (current === null) throw new RegistrationError(`Brand ${name} was deleted. Create it again to register it.`);
      return work(current);
    };
    try {
      return await locks.run(`capillary\0${id}`, onCurrent, wait.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  private async write({ source, connection, desired, existing }: Comparison, actor: Actor, rotate: boolean) {
    const { api, store, configuration } = this.parts;
    // The ingest endpoint must accept the secret before Capillary sends it.
    const { value, version } = await store.prepareSecret(source, actor, { rotate });
    await configuration.refresh();
    const body = webhookToWrite({ ...desired, header: { ...desired.header, value } }, existing);
    const id = existing === undefined ? undefined : webhookId(existing);
    const saved = id === undefined ? await api.create(connection, body) : await api.update(connection, id, body);
    const { consumerGroupId } = saved;
    const confirmed = {
      webhookId: webhookId(saved) ?? id ?? null,
      consumerGroupId: typeof consumerGroupId === 'string' ? consumerGroupId : null,
      written: desiredState(desired),
      secretVersion: version,
    };
    await store.confirm(source, confirmed, OVERLAP_MS);
  }

  private async compare(brand: CompiledBrand): Promise<Comparison> {
    const target = registrationTarget(brand, this.parts.publicUrl);
    const { source, connection, desired } = target;
    const registration = await this.parts.store.find(source.sourceId);
    const known = registration?.webhookId ?? null;
    const webhooks = await this.parts.api.list(connection);
    // A webhook whose creation was not confirmed is found by its name, which is unique in the organisation.
    const existing =
      webhooks.find((one) => known !== null && webhookId(one) === known) ??
      webhooks.find(({ name }) => name === desired.name);
    const { name, url, eventNames } = desired;
    const id = existing === undefined ? null : (webhookId(existing) ?? null);
    const changes = diffWebhook(existing, desired);
    return {
      ...target,
      registration,
      existing,
      plan: { name, url, eventNames, source: source.source, webhookId: id, changes },
    };
  }
}

/** Returns the changes that somebody else made since the last write of the hub. */
function driftOf(
  { written, isRotating }: Registration,
  existing: CapillaryWebhook,
  { header }: DesiredWebhook,
): readonly WebhookChange[] {
  if (written === null) return [];
  const changes = diffStates(written, stateOf(existing));
  // While a secret is being replaced, Capillary may have either secret.
  const lost = isRotating ? undefined : headerChange(existing, header);
  return lost === undefined ? changes : [...changes, { ...lost, before: lost.after, after: lost.before }];
}
