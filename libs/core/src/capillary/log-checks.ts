import type { Clock } from '../clock.js';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import { uuidV7 } from '../ids.js';
import { candidatesOf, type ComparisonScopes, type ReconciliationRequest } from './comparison-scope.js';
import type { LogCheck } from './log-check.js';
import type { LogCheckStore } from './log-check-store.port.js';

/** Starts and lists the checks of a brand's log at Capillary. A {@link LogCheckRunner} runs them. */
export class LogChecks {
  constructor(
    private readonly scopes: Pick<ComparisonScopes, 'resolve'>,
    private readonly store: Pick<LogCheckStore, 'create' | 'list'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Starts a check of some days. If a check of the source is running, returns it instead.
   * @param requestedBy name of the key or task, or id of the person
   * @returns null if the brand has no settings for the log
   * @throws ReconciliationError, or DeliveryError if Capillary refuses or does not answer
   */
  async start(brand: CompiledBrand, request: ReconciliationRequest, requestedBy: string): Promise<LogCheck | null> {
    if (brand.brand.lookups.platform?.capillary.logs === undefined) return null;
    const { source, days, consumerGroup } = await this.scopes.resolve(brand, request);
    const [from = '', to = from] = [days[0], days.at(-1)];
    const { brandId, sourceId } = source;
    return this.store.create({
      id: uuidV7(this.clock.now()),
      ...{ brandId, sourceId, consumerGroup, from, to, requestedBy },
    });
  }

  /** Lists the newest checks, newest first. Empty if the brand has no source that can be compared. */
  async list(brand: CompiledBrand): Promise<readonly LogCheck[]> {
    const [candidate] = candidatesOf(brand);
    return candidate === undefined ? [] : this.store.list(candidate.record.id);
  }
}
