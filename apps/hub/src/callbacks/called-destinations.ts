import { Inject, Injectable } from '@nestjs/common';
import { LiveConfiguration, type Clock, type CompiledBrand, type DestinationRecord } from '@patchbay/core';
import { isStoredId } from '../admin/common/stored-id.js';
import { CLOCK } from '../database/database.module.js';
import { ProblemError } from '../http/problem.js';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { CallbackUrls, type TokenVerdict } from './callback-urls.js';

/** Destination of a callback URL with its brand. */
export interface CalledDestination {
  readonly compiled: CompiledBrand;
  readonly destination: DestinationRecord;
}

/** Finds the destinations of callback URLs. */
@Injectable()
export class CalledDestinations {
  constructor(
    private readonly configuration: LiveConfiguration,
    private readonly urls: CallbackUrls,
    private readonly metrics: HubMetrics,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Finds the destination of a callback URL with its brand. Throws a ProblemError 403 if the token is wrong. */
  async find(destinationId: string, token: string): Promise<CalledDestination> {
    // PostgreSQL accepts only a UUID as an id.
    if (!isStoredId(destinationId)) throw this.refused();
    const find = async (): Promise<CompiledBrand | null> => this.configuration.brandOfQueue(destinationId);
    const verify = (brand: CompiledBrand | null): TokenVerdict =>
      this.urls.verifyToken(destinationId, token, brand?.destinations.get(destinationId), this.clock.now());
    let loaded = await find();
    let verdict = verify(loaded);
    if (verdict === 'stale') {
      // The token is genuine, but the destination or its URL is newer than the configuration in memory.
      await this.configuration.refresh();
      loaded = await find();
      verdict = verify(loaded);
    }
    const destination = loaded?.destinations.get(destinationId);
    if (verdict !== 'valid' || !loaded || destination === undefined) throw this.refused();
    return { compiled: loaded, destination };
  }

  /** Counts a refused call, and returns its error. @param type type of the destination; left out if the URL is wrong */
  refused(type?: string): ProblemError {
    this.metrics.callback(type, 'refused');
    return new ProblemError(
      403,
      'The call was refused, because its URL or signature matches no destination of this hub. Set the current callback ' +
        "URL of the destination in the vendor's console.",
    );
  }
}
