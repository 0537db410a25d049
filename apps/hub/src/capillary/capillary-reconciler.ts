import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CapillaryRegistration, LiveConfiguration, RegistrationError, type RegistrationStore } from '@patchbay/core';
import type { Logger } from 'pino';
import { LOGGER } from '../context/hub-options.js';
import { Poller } from '../workers/poller.js';
import { Workers } from '../workers/workers.js';

export const REGISTRATION_STORE = Symbol('RegistrationStore');

const POLL_INTERVAL_MS = 15_000;
/** Time between two comparisons of an unchanged brand with Capillary, in milliseconds. */
const COMPARE_EVERY_MS = 300_000;

/**
 * Task that compares registered brands with Capillary. One process at a time runs it. A brand is compared after each of
 * its changes, and every five minutes.
 */
@Injectable()
export class CapillaryReconciler implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly poller: Poller;
  /** Time on the monotonic clock and revision of the last comparison, by brand id. */
  private readonly compared = new Map<string, { readonly at: number; readonly revision: number }>();

  constructor(
    private readonly workers: Workers,
    private readonly configuration: LiveConfiguration,
    private readonly registration: CapillaryRegistration,
    @Inject(REGISTRATION_STORE) private readonly store: RegistrationStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.poller = new Poller(
      () => this.store.runAlone((renew) => this.compareAll(renew)),
      POLL_INTERVAL_MS,
      (error) => logger.warn({ err: error }, 'comparing registrations with Capillary failed, will be repeated'),
    );
  }

  onApplicationBootstrap(): void {
    this.workers.add(this.poller);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.poller.stop();
  }

  private async compareAll(renew: () => Promise<void>): Promise<void> {
    const registered = await this.store.registeredBrands();
    for (const id of this.compared.keys()) if (!registered.includes(id)) this.compared.delete(id);
    for (const id of registered) {
      if (!this.isDue(id)) continue;
      await renew();
      await this.compare(id);
    }
  }

  private isDue(brandId: string): boolean {
    const last = this.compared.get(brandId);
    const revision = this.configuration.entry(brandId)?.revision;
    return last === undefined || last.revision !== revision || performance.now() - last.at >= COMPARE_EVERY_MS;
  }

  private async compare(brandId: string): Promise<void> {
    const brand = await this.configuration.brand(brandId);
    if (brand === null) return;
    const { name } = brand.brand;
    this.compared.set(brandId, { at: performance.now(), revision: brand.revision });
    try {
      const outcome = await this.registration.reconcile(brand);
      if (outcome === 'changed') this.logger.info({ brand: name }, 'webhook at Capillary updated');
      if (outcome === 'drifted') this.logger.warn({ brand: name }, 'webhook was changed at Capillary, not updated');
    } catch (error) {
      if (error instanceof RegistrationError) this.logger.warn({ brand: name, reason: error.message }, CANNOT_UPDATE);
      else this.logger.warn({ brand: name, err: error }, 'comparing a webhook with Capillary failed, will be repeated');
    }
  }
}

const CANNOT_UPDATE = 'webhook at Capillary cannot be kept up to date';
