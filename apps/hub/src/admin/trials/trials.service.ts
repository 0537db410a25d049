import { Inject, Injectable } from '@nestjs/common';
import {
  callerId,
  type Caller,
  type EventContent,
  type ReadStore,
  type SubscriptionVersionRecord,
  type TakenEventFilter,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { READ_STORE } from '../../database/database.module.js';
import { ProblemError } from '../../http/problem.js';
import { TemplatePool } from '../../templates/template-pool.js';
import { PersonalDataAccessLog } from '../audit/personal-data-access-log.service.js';
import { FreshConfiguration, recordsOfBrand, type CurrentBrand } from '../common/fresh-configuration.service.js';
import { timeRange } from '../common/time-range.dto.js';
import { Drafts, UNNAMED } from '../preview/drafts.service.js';
import { DraftTrial } from './draft-trial.js';
import { MAX_TRIED, type TrialDto, type TrialRequestDto } from './trial.dto.js';
import { trialView } from './trial.view.js';

const DEFAULT_LAST = 50;
/** Number of events per read. */
const PAGE = 50;
/** Time after which a trial ends, in milliseconds. */
const LIMIT_MS = 15_000;

/** Tries unsaved subscriptions on past events. Runs one trial per key at a time. */
@Injectable()
export class Trials {
  private readonly running = new Set<string>();

  constructor(
    private readonly brands: FreshConfiguration,
    private readonly drafts: Drafts,
    private readonly plugins: PluginGateway,
    private readonly templates: TemplatePool,
    private readonly accessLog: PersonalDataAccessLog,
    @Inject(READ_STORE) private readonly store: Pick<ReadStore, 'takenEvents'>,
  ) {}

  /**
   * Tries a draft. Throws a ProblemError 422 if the draft is invalid, or 429 if another trial of the key runs.
   * @param reveal true if filters may read personal values
   */
  async run(caller: Caller, brandName: string, request: TrialRequestDto, reveal: boolean): Promise<TrialDto> {
    if (reveal) this.accessLog.refuseUnlessAllowed(caller);
    const key = callerId(caller);
    if (this.running.has(key)) throw busy();
    this.running.add(key);
    try {
      return await this.tried(caller, await this.brands.findBrand(brandName), request, reveal);
    } finally {
      this.running.delete(key);
    }
  }

  private async tried(
    caller: Caller,
    current: CurrentBrand,
    request: TrialRequestDto,
    reveal: boolean,
  ): Promise<TrialDto> {
    const draft = await this.drafts.version(caller, request.draft, current);
    const saved = savedVersion(draft, current);
    if (reveal) await this.accessLog.recordTrial(caller, current.brand, draft.name);
    const { plugins, templates } = this;
    const trial = new DraftTrial({ caller, current, saved, draft, reveal, plugins, templates });
    const isComplete = await this.tryAll(trial, current.brand.id, takenBy(draft, saved, request), request);
    return trialView(trial, isComplete);
  }

  /** Tries the events of a request, newest first. Returns false if a limit ended the trial early. */
  private async tryAll(
    trial: DraftTrial,
    brandId: string,
    filter: TakenEventFilter,
    { last, from, to }: TrialRequestDto,
  ): Promise<boolean> {
    const hasRange = from !== undefined || to !== undefined;
    const most = last ?? (hasRange ? MAX_TRIED : DEFAULT_LAST);
    const end = performance.now() + LIMIT_MS;
    let cursor: string | null = null;
    let scanned = 0;
    do {
      const limit = Math.min(PAGE, most - scanned);
      const page: Awaited<ReturnType<ReadStore['takenEvents']>> = await this.store.takenEvents(brandId, filter, {
        limit,
        cursor,
      });
      scanned += page.data.length;
      cursor = page.nextCursor;
      if (!(await this.tryPage(trial, page.data, end))) return false;
      if (scanned >= most) return last !== undefined || !hasRange || cursor === null;
    } while (cursor !== null && performance.now() < end);
    return cursor === null;
  }

  private async tryPage(trial: DraftTrial, events: readonly EventContent[], end: number): Promise<boolean> {
    for (let rest = events; rest.length > 0;) {
      if (performance.now() > end) return false;
      rest = rest.slice(await trial.tryNext(rest));
    }
    return true;
  }
}

function savedVersion(
  { name }: SubscriptionVersionRecord,
  { configuration, brand }: CurrentBrand,
): SubscriptionVersionRecord | null {
  if (name === UNNAMED) return null;
  return recordsOfBrand(configuration.records.subscriptions, brand).find((record) => record.name === name) ?? null;
}

function takenBy(
  draft: SubscriptionVersionRecord,
  saved: SubscriptionVersionRecord | null,
  { from, to }: TrialRequestDto,
): TakenEventFilter {
  const events = [...new Set([...draft.events, ...(saved?.sourceId === draft.sourceId ? saved.events : [])])];
  const range = timeRange({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
  return { sourceId: draft.sourceId, events, ...range };
}

function busy(): ProblemError {
  return new ProblemError(
    429,
    'The trial was not started, because another trial of this key is running. Retry after Retry-After.',
    undefined,
    { 'retry-after': '2' },
  );
}
