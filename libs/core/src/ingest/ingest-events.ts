import type { Clock } from '../clock.js';
import type { CompiledSource } from '../configuration/compiled-brand.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { WakeUps } from '../delivery/wake-ups.port.js';
import type { ReadResult } from '../event/source-adapter.port.js';
import { uuidV7 } from '../ids.js';
import type { GroupCommit, IngestedEvent } from './group-commit.js';
import { SourceRates, type IngestAdmission, type IngestRequest, type SourceAuthenticator } from './ingest-admission.js';
import { parseCall } from './json-body.js';
import { unreadableContent, type ReceivedEvent } from './prepare-event.js';
import type { CommitTrace } from '../tracing/traces.port.js';

/** Answer to an ingest call, with its HTTP status: `stored` is 202, `unauthorised` 401, `tooLarge` 413, `busy` 429. */
export type IngestAnswer =
  | { readonly kind: 'stored'; readonly events: readonly IngestedEvent[] }
  | { readonly kind: 'unauthorised' }
  | { readonly kind: 'tooLarge'; readonly message: string }
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number };

/** Limits of {@link IngestEvents}. */
export interface IngestLimits {
  /** Maximum number of events per call. */
  readonly maxEvents: number;
}

/**
 * Listener for internal errors of ingest. The sender gets only the answer `busy`, so that the sender retries the call.
 */
export type IngestErrorListener = (error: unknown) => void;

const RETRY_AFTER_SECONDS = 5;

/** Ingest of events: authenticates and reads a call, and answers only after the commit. */
export class IngestEvents {
  private readonly rates = new SourceRates();

  constructor(
    private readonly configuration: LiveConfiguration,
    private readonly groups: GroupCommit,
    private readonly admission: IngestAdmission,
    private readonly authenticate: SourceAuthenticator,
    private readonly wakeUps: Pick<WakeUps, 'wake'>,
    private readonly clock: Clock,
    private readonly limits: IngestLimits,
    private readonly onError: IngestErrorListener,
  ) {}

  /**
   * Stores the events of a call, answers after the commit, and schedules the destinations of the new deliveries. Never
   * throws: after an internal error the answer is `busy`, so that the sender retries the call.
   */
  async ingest(request: IngestRequest): Promise<IngestAnswer> {
    let commit: CommitTrace | undefined;
    try {
      let source = await this.authenticatedSource(request);
      if (source === undefined) {
        // Refresh the configuration, because the source may have just been added.
        await this.configuration.refreshForStranger();
        source = await this.authenticatedSource(request);
      }
      if (source === undefined) return { kind: 'unauthorised' };
      request.trace?.markAuthenticated();
      const { id, limits, paths } = source.record;
      const waitMs = limits === undefined ? 0 : this.rates.waitMs(id, limits);
      if (waitMs > 0) return { kind: 'busy', retryAfterSeconds: Math.ceil(waitMs / 1_000) };
      const { headers, rawBody } = request;
      const { maxEvents } = this.limits;
      const isOneEvent = source.adapter.isOneEvent?.(headers) ?? false;
      const body = parseCall(rawBody, { maxEvents, isOneEvent });
      if (body.kind === 'tooManyEvents') {
        const message = `The call has ${body.count} events; the maximum is ${maxEvents}. Split it into several calls.`;
        return { kind: 'tooLarge', message };
      }
      const results =
        body.kind === 'unreadable' ? [{ ...body, raw: rawBody }] : source.adapter.read(body.value, headers, paths);
      const reservation = this.admission.reserveEvents(request, results.length);
      if (reservation === null) return { kind: 'busy', retryAfterSeconds: RETRY_AFTER_SECONDS };
      try {
        if (results.length === 0) return { kind: 'stored', events: [] };
        commit = request.trace?.beginCommit(results.length);
        const events = this.receive(request, results, commit?.traceparent);
        const isAdmitted = (changed: CompiledSource): boolean =>
          this.authenticate(changed.record, request, this.clock.now());
        const outcome = await this.groups.add({ source, events, isAdmitted });
        commit?.end(outcome.kind === 'stored');
        if (outcome.kind === 'sourceGone') return { kind: 'unauthorised' };
        if (outcome.kind === 'failed') throw outcome.error;
        for (const destinationId of outcome.destinationIds) this.wakeUps.wake(destinationId);
        return { kind: 'stored', events: outcome.events };
      } finally {
        reservation.release();
      }
    } catch (error) {
      commit?.end(false);
      this.onError(error);
      return { kind: 'busy', retryAfterSeconds: RETRY_AFTER_SECONDS };
    }
  }

  private async authenticatedSource(request: IngestRequest): Promise<CompiledSource | undefined> {
    const brand = await this.configuration.brandNamed(request.brand);
    const source = brand?.openSource(request.source);
    if (source === undefined || source === request.provenBy) return source;
    return this.authenticate(source.record, request, this.clock.now()) ? source : undefined;
  }

  /**
   * Returns the events that were read from a call, with ids. All events have the same time of receipt, and their ids
   * sort in the order of the events in the call.
   */
  private receive(
    { brand, source }: IngestRequest,
    results: readonly ReadResult[],
    traceparent: string | undefined,
  ): readonly ReceivedEvent[] {
    const receivedAt = this.clock.now();
    const events: ReceivedEvent[] = [];
    for (const result of results) {
      const content = result.kind === 'event' ? result : unreadableContent(result.reason, bytesOf(result.raw));
      const id = uuidV7(receivedAt, events.length);
      events.push({ id, receivedAt, brandName: brand, sourceName: source, content, traceparent });
    }
    return events;
  }
}

/**
 * Returns the bytes of an unreadable body. If only one element of a body is unreadable, returns the bytes of this
 * element as JSON.
 */
function bytesOf(raw: unknown): Uint8Array {
  return raw instanceof Uint8Array ? raw : Buffer.from(JSON.stringify(raw ?? null));
}
