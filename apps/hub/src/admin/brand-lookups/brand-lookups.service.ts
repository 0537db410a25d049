import { Inject, Injectable } from '@nestjs/common';
import {
  actorOf,
  lookupsIn,
  personalOf,
  storedEnvelope,
  withPersonal,
  type BrandRecord,
  type Caller,
  type LookupPauseStore,
  type NamedLookup,
  type ReadStore,
} from '@patchbay/core';
import { createHttpClient, type EgressPolicy } from '@patchbay/http';
import type { EventEnvelope } from '@patchbay/plugin-sdk';
import { testLookup } from '@patchbay/recipients';
import { LOOKUP_PAUSE_STORE, READ_STORE } from '../../database/database.module.js';
import { LookupReleases } from '../../delivery/lookup-releases.js';
import { EGRESS_POLICY } from '../../plugins/plugins.module.js';
import { findByName, FreshConfiguration } from '../common/fresh-configuration.service.js';
import type { VerificationDto } from '../destinations/destination-actions.dto.js';
import { brandLookupView, type BrandLookupDto, type BrandLookupsDto } from './brand-lookup.dto.js';

/** Maximum duration of a test, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** Events from which a test picks one. Some events have no value that the lookup needs, such as a customer id. */
const CANDIDATES = 20;

/** Lists, tests and resumes the lookups of brands. */
@Injectable()
export class BrandLookupActions {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly releases: LookupReleases,
    @Inject(LOOKUP_PAUSE_STORE) private readonly store: LookupPauseStore,
    @Inject(READ_STORE) private readonly events: Pick<ReadStore, 'events' | 'storedEvents'>,
    @Inject(EGRESS_POLICY) private readonly egress: EgressPolicy,
  ) {}

  /** Lists the lookups of a brand. Throws a ProblemError 404 if the brand does not exist. */
  async list(brandName: string): Promise<BrandLookupsDto> {
    const { brand } = await this.brands.findBrand(brandName);
    const held = await this.store.heldCounts(brand.id);
    return { data: lookupsIn(brand.lookups).map((lookup) => brandLookupView(lookup, brand, held.get(lookup.name))) };
  }

  /**
   * Tests a lookup with a stored event, as a delivery would call it. A passed test resumes the lookup. Throws a
   * ProblemError 404 if the brand or the lookup does not exist.
   */
  async verify(caller: Caller, brandName: string, name: string): Promise<VerificationDto> {
    const { brand, lookup } = await this.find(brandName, name);
    const events = await this.eventsFor(brand, lookup);
    const { signal } = new AbortController();
    const http = createHttpClient({ egress: this.egress, signal, timeoutMs: TIMEOUT_MS });
    const test = await testLookup({ lookup: lookup.name, lookups: brand.lookups, events }, http, signal);
    if (test.kind === 'failed') return { ok: false, errorKind: test.errorKind, message: test.message, resumed: false };
    if (test.kind === 'notCalled') return { ok: false, errorKind: null, message: NO_EVENT, resumed: false };
    const resumed = await this.release(caller, brand, lookup);
    return { ok: true, errorKind: null, message: resumed ? RESUMED : null, resumed };
  }

  /** Resumes a lookup without a test. Throws a ProblemError 404 if the brand or the lookup does not exist. */
  async resume(caller: Caller, brandName: string, name: string): Promise<BrandLookupDto> {
    const { brand, lookup } = await this.find(brandName, name);
    await this.release(caller, brand, lookup);
    const { brand: current } = await this.brands.findBrand(brandName);
    return brandLookupView(lookup, current);
  }

  private async find(brandName: string, name: string): Promise<{ brand: BrandRecord; lookup: NamedLookup }> {
    const { brand } = await this.brands.findBrand(brandName);
    return { brand, lookup: findByName(lookupsIn(brand.lookups), name, 'lookup') };
  }

  private async release(caller: Caller, brand: BrandRecord, { name }: NamedLookup): Promise<boolean> {
    const resumed = await this.store.resume(brand.id, name, actorOf(caller));
    if (resumed) {
      await this.brands.refresh();
      await this.releases.once();
    }
    return resumed;
  }

  /** Returns the events of deliveries that wait for the lookup, then the newest events of the brand. */
  private async eventsFor(brand: BrandRecord, { name }: NamedLookup): Promise<readonly EventEnvelope[]> {
    const held = await this.store.heldEvents(brand.id, name, CANDIDATES);
    const newest = await this.events.events(brand.id, {}, { limit: CANDIDATES, cursor: null });
    const ids = [...new Set([...held, ...newest.data.map(({ id }) => id)])];
    const stored = await this.events.storedEvents(brand.id, ids);
    return stored
      .toSorted((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id))
      .filter(({ status }) => status === 'accepted')
      .map((event) => storedEnvelope(event, brand.name, withPersonal(event, personalOf(event, brand.vault)).data));
  }
}

const NO_EVENT =
  'No stored event has the values that the lookup needs, so its system was not called. Send an event first, or resume ' +
  'the lookup without a test.';
const RESUMED = 'The lookup was paused because of its credentials and is now resumed.';
