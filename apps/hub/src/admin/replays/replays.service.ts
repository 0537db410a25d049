import { Inject, Injectable } from '@nestjs/common';
import {
  actorOf,
  recordedName,
  replayDifference,
  ReplayCounter,
  ReplayPlanner,
  selectsDeliveries,
  uuidV7,
  type AuditLog,
  type Caller,
  type Clock,
  type Page,
  type Replay,
  type ReplayCount,
  type ReplayOutcomes,
  type ReplayPair,
  type ReplaySelection,
  type ReplayStore,
} from '@patchbay/core';
import type { Rendering, RenderTask } from '@patchbay/mapping';
import { PluginGateway } from '@patchbay/plugin-host';
import { AUDIT_LOG, CLOCK, REPLAY_STORE } from '../../database/database.module.js';
import { TemplatePool } from '../../templates/template-pool.js';
import { FreshConfiguration, type CurrentBrand } from '../common/fresh-configuration.service.js';
import { CustomerIds } from '../common/customer-ids.service.js';
import { type PageQuery, readPage } from '../common/page.dto.js';
import { found, storedId } from '../common/stored-id.js';
import { fieldProblem } from '../preview/field-problem.js';
import { replayFilter, type ReplayRequestDto } from './replay-request.dto.js';
import type { ReplayAnswerDto, ReplaySampleDto } from './replay.dto.js';
import { filterView, replayView, sampleView } from './replay.view.js';

/** Time limit for counting before a replay starts, in milliseconds. */
const COUNT_WITHIN_MS = 10_000;
const COUNT_BATCH = 500;

/** Counts, starts, reads and cancels replays. Workers create the deliveries. */
@Injectable()
export class Replays {
  private readonly counter: ReplayCounter;

  constructor(
    private readonly brands: FreshConfiguration,
    private readonly customers: CustomerIds,
    private readonly plugins: PluginGateway,
    private readonly planner: ReplayPlanner,
    private readonly templates: TemplatePool,
    @Inject(REPLAY_STORE) private readonly store: ReplayStore,
    @Inject(AUDIT_LOG) private readonly audit: Pick<AuditLog, 'append'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.counter = new ReplayCounter(store, planner);
  }

  /**
   * Counts the deliveries of a replay, and starts the replay unless it is a dry run. Throws a ProblemError 400 if the
   * filter is empty, or selects events by the stage of deliveries.
   */
  async request(caller: Caller, brandName: string, request: ReplayRequestDto): Promise<ReplayAnswerDto> {
    const current = await this.brands.findBrand(brandName);
    const filter = await this.customers.inFilter(replayFilter(request.filter), current);
    if (Object.keys(filter).length === 0) {
      throw fieldProblem(
        'filter',
        'must have at least one field: to replay all stored events, set `from` to an early time',
      );
    }
    if (filter.stage !== undefined && !selectsDeliveries(filter)) {
      throw fieldProblem(
        'filter.stage',
        'requires `status`, `errorKind`, `vendorCode` or `vendorStatus`, because only earlier deliveries have a stage',
      );
    }
    const { mapping, includeSucceeded } = request;
    const selection = { brandId: current.brand.id, filter, mapping, includeSucceeded };
    const id = uuidV7(this.clock.now());
    const count = await this.counter.count(selection, id, current, {
      ...{ withinMs: COUNT_WITHIN_MS, batch: COUNT_BATCH, sample: request.sample },
    });
    const sample: ReplaySampleDto[] = [];
    // The samples are rendered one after the other, because the template thread runs one task per key at a time.
    for (const pair of count.sample) {
      sample.push(await this.sample(caller, pair, selection, current, request.dryRun));
    }
    const replay = request.dryRun ? null : await this.start(caller, { ...selection, id }, count, request.ratePerSecond);
    return {
      replay: replay === null ? null : replayView(replay),
      count: count.deliveries,
      countByState: count.byState,
      countIsExact: count.isExact,
      scanned: count.scanned,
      skipped: count.skipped,
      sample,
    };
  }

  /** Lists replays, newest first. */
  async list(brandName: string, query: PageQuery): Promise<Page<Replay>> {
    const { brand } = await this.brands.findBrand(brandName);
    return readPage(query, (page) => this.store.list(brand.id, page));
  }

  /** Returns a replay and its progress. Throws a ProblemError 404 if the replay does not exist. */
  async progress(
    brandName: string,
    id: string,
  ): Promise<{ readonly replay: Replay; readonly outcomes: ReplayOutcomes }> {
    const { brand } = await this.brands.findBrand(brandName);
    const replay = found(await this.store.find(brand.id, storedId(id, 'replay')), 'replay', id);
    return { replay, outcomes: await this.store.outcomes(replay) };
  }

  /** Cancels a replay. Has no effect if it has ended. Throws a ProblemError 404 if it does not exist. */
  async cancel(caller: Caller, brandName: string, id: string): Promise<Replay> {
    const { brand } = await this.brands.findBrand(brandName);
    const replay = found(await this.store.cancel(brand.id, storedId(id, 'replay')), 'replay', id);
    const entry = { actor: actorOf(caller), action: 'replay.cancel', brandId: brand.id, target: replay.id };
    await this.audit.append([{ ...entry, before: null, after: { state: replay.state } }]);
    return replay;
  }

  private async start(
    caller: Caller,
    selection: ReplaySelection & { readonly id: string },
    count: ReplayCount,
    ratePerSecond: number | undefined,
  ): Promise<Replay> {
    const { id, brandId, filter, mapping, includeSucceeded } = selection;
    const rate = { ratePerSecond: ratePerSecond ?? null };
    // The audit log must not contain customer ids.
    const { customer, ...shown } = filterView(filter);
    const after = {
      ...shown,
      ...(customer === undefined ? {} : { customer: 'one' }),
      mapping,
      includeSucceeded,
      ...rate,
    };
    await this.audit.append([
      { actor: actorOf(caller), action: 'replay.start', brandId, target: id, before: null, after },
    ]);
    const counted = { expected: count.deliveries, expectedIsExact: count.isExact };
    await this.store.create({ ...selection, ...rate, ...counted, requestedBy: recordedName(caller) });
    return found(await this.store.find(brandId, id), 'replay', id);
  }

  private async sample(
    caller: Caller,
    pair: ReplayPair,
    selection: ReplaySelection,
    { configuration, brand }: CurrentBrand,
    withDifference: boolean,
  ): Promise<ReplaySampleDto> {
    if (!withDifference) return sampleView(pair, configuration, null);
    const versions = await this.planner.bothVersions(pair, selection, configuration);
    const render = (task: RenderTask): Promise<Rendering> => this.templates.render(caller, task);
    const view = { configuration, brand, plugins: this.plugins, render };
    return sampleView(pair, configuration, await replayDifference(pair.event, versions, view));
  }
}
