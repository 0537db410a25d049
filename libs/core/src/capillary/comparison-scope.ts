import { textOf, type Json } from '@patchbay/plugin-sdk';
import type { Clock } from '../clock.js';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import { platformConnection, type CapillaryConnection } from '../configuration/lookups.js';
import { dayOf, daysBetween, DAY_MS, startOfDay } from './day-counts.js';
import type { RegisteredSource, RegistrationStore } from './registration-store.port.js';
import { webhookId } from './webhook.js';
import type { CapillaryWebhookApi } from './webhook-api.port.js';

/** Number of days that are compared by default. Capillary retries an event for at least this time. */
const DEFAULT_DAYS = 7;
/** Maximum number of days of one comparison. Capillary keeps its logs for 30 days. */
const MAX_DAYS = 30;

/** Days and consumer group of a comparison. */
export interface ReconciliationRequest {
  /** First day: `2026-11-24`. By default six days before the last day. */
  readonly from?: string;
  /** Last day. By default yesterday. A day that has not ended cannot be compared. */
  readonly to?: string;
  /** Id of the consumer group. By default the group of the webhook that calls the source. */
  readonly consumerGroup?: string;
}

/** Reason why a brand cannot be compared with Capillary, and how to fix it. */
export class ReconciliationError extends Error {}

/** Source, days and consumer group of a comparison. */
export interface ComparisonScope {
  readonly source: RegisteredSource;
  readonly connection: CapillaryConnection;
  /** Oldest day first, at least one. */
  readonly days: readonly string[];
  readonly consumerGroup: string;
}

/** Scopes of comparisons with Capillary. */
export class ComparisonScopes {
  constructor(
    private readonly webhooks: Pick<CapillaryWebhookApi, 'list'>,
    private readonly registrations: Pick<RegistrationStore, 'find'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the scope of a request.
   * @throws ReconciliationError, or DeliveryError if Capillary refuses or does not answer
   */
  async resolve(brand: CompiledBrand, request: ReconciliationRequest): Promise<ComparisonScope> {
    const source = capillarySource(brand);
    const connection = connectionOf(brand);
    const days = this.daysOf(brand, request);
    const consumerGroup = request.consumerGroup ?? (await this.consumerGroup(connection, source));
    return { source, connection, days, consumerGroup };
  }

  private daysOf({ brand }: CompiledBrand, request: ReconciliationRequest): readonly string[] {
    const now = this.clock.now();
    const yesterday = dayOf(now - DAY_MS);
    const { to = yesterday } = request;
    const { from = dayOf(startOfDay(to) - (DEFAULT_DAYS - 1) * DAY_MS) } = request;
    if (to > yesterday)
      throw new ReconciliationError(`The day ${to} has not ended. Choose ${yesterday} or an earlier day.`);
    const days = daysBetween(from, to);
    if (days.length === 0) throw new ReconciliationError(`The last day ${to} is before the first day ${from}.`);
    if (days.length > MAX_DAYS) {
      throw new ReconciliationError(
        `A comparison covers at most ${MAX_DAYS} days. Choose a later first day than ${from}.`,
      );
    }
    // The hub deletes events by the time at which it received them, which may be days after their own time.
    const oldest = dayOf(now - (brand.retentionDays - 1) * DAY_MS);
    const kept = days.filter((day) => day >= oldest);
    if (kept.length > 0 && (request.from === undefined || kept.length === days.length)) return kept;
    throw new ReconciliationError(
      `The hub keeps the events of brand ${brand.name} for ${brand.retentionDays} days, so it cannot compare ${from}. ` +
        `Choose ${oldest} or a later day.`,
    );
  }

  /** Finds the consumer group of the webhook that calls the source. */
  private async consumerGroup(connection: CapillaryConnection, source: RegisteredSource): Promise<string> {
    const registration = await this.registrations.find(source.sourceId);
    const known = registration?.consumerGroupId ?? null;
    if (known !== null) return known;
    const id = registration?.webhookId ?? null;
    const path = `/v1/ingest/${source.brand}/${source.source}`;
    const webhooks = await this.webhooks.list(connection);
    const found =
      webhooks.find((one) => id !== null && webhookId(one) === id) ??
      webhooks.find((one) => textOf(one['webHookUrl'])?.endsWith(path));
    const group = found === undefined ? undefined : idOf(found['consumerGroupId']);
    if (group !== undefined) return group;
    throw new ReconciliationError(
      found === undefined
        ? `Capillary has no webhook that calls ${path}. Register brand ${source.brand} first, or name the consumer group.`
        : `Capillary does not name the consumer group of the webhook that calls ${path}. Name the consumer group.`,
    );
  }
}

/** Returns an id, which may be a number: the documentation does not name its type. */
function idOf(value: Json | undefined): string | undefined {
  return typeof value === 'number' ? String(value) : textOf(value);
}

/** Returns the sources that Capillary can call. A source with a generated secret comes first. */
export function candidatesOf(brand: CompiledBrand): readonly CompiledBrand['sources'][number][] {
  const sources = brand.sources.filter(({ record }) => record.adapter === 'capillary' && !record.disabled);
  const generated = sources.filter(({ record }) => record.auth.generated === true);
  return generated.length > 0 ? generated : sources;
}

function capillarySource(brand: CompiledBrand): RegisteredSource {
  const [found, ...others] = candidatesOf(brand);
  const { id: brandId, name } = brand.brand;
  if (found === undefined || others.length > 0) {
    throw new ReconciliationError(
      `Brand ${name} has ${found === undefined ? 'no source' : 'several sources'} with the adapter capillary. A comparison ` +
        'requires exactly one, or one with auth: { generated: true }.',
    );
  }
  return { brandId, brand: name, sourceId: found.record.id, source: found.record.name };
}

function connectionOf({ brand: { name, lookups } }: CompiledBrand): CapillaryConnection {
  if (lookups.platform !== undefined) return platformConnection(lookups.platform);
  throw new ReconciliationError(
    `Brand ${name} has no access to Capillary. Add platform: { capillary: { baseUrl, key, secret } } to it.`,
  );
}
