import type { Clock } from '../clock.js';
import type { CompiledSource, LiveConfiguration } from '../configuration/compiled-configuration.js';
import type { WakeUps } from '../delivery/wake-ups.port.js';
import type { ReadResult } from '../event/source-adapter.port.js';
import { uuidV7WithPosition } from '../ids.js';
import type { GroupCommit, EventOutcome, ReceivedCall } from './group-commit.js';
import { type IngestAdmission, type IngestRequest, type SourceAuthenticator, SourceRates } from './ingest-admission.js';
import { parseCall, type ParsedBody, type ParsedCall } from './json-body.js';
import { type ReceivedEvent, unreadableContent } from './prepare-event.js';

/** One event in the answer. */
export type IngestedEvent = Omit<EventOutcome, 'destinationIds'>;

/** Answer to a call: `stored` is 202, `unauthorised` 401, `tooLarge` 413, `busy` 429. */
export type IngestAnswer =
  | { readonly kind: 'stored'; readonly events: readonly IngestedEvent[] }
  | { readonly kind: 'unauthorised' }
  | { readonly kind: 'tooLarge'; readonly message: string }
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number };

/** Limits of {@link IngestEvents}. */
export interface IngestLimits {
  /** Maximum events per call. */
  readonly maxEvents: number;
}

/** Listener for internal errors. The sender only gets the response to retry later. */
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
   * Processes a call. Never throws: after an internal error the answer is `busy`, so that the sender retries the call.
   */
  async ingest(request: IngestRequest): Promise<IngestAnswer> {
    try {
      return await this.process(request);
    } catch (error) {
      this.onError(error);
      return { kind: 'busy', retryAfterSeconds: RETRY_AFTER_SECONDS };
    }
  }

  private async process(request: IngestRequest): Promise<IngestAnswer> {
    const source = await this.authenticatedSource(request);
    if (source === undefined) return { kind: 'unauthorised' };
    const { id, limits } = source.record;
    const waitMs = limits === undefined ? 0 : this.rates.waitMs(id, limits);
    if (waitMs > 0) return { kind: 'busy', retryAfterSeconds: Math.ceil(waitMs / 1_000) };
    const parsed = this.parse(request, source);
    if (parsed.kind === 'tooManyEvents') {
      const { maxEvents } = this.limits;
      return {
        kind: 'tooLarge',
        message: `The call has ${parsed.count} events; the maximum is ${maxEvents}. Split it into several calls.`,
      };
    }
    const received = this.read(request, source, parsed);
    const reservation = this.admission.reserveEvents(request, received.length);
    if (reservation === null) return { kind: 'busy', retryAfterSeconds: RETRY_AFTER_SECONDS };
    try {
      return await this.store({
        brandName: request.brand,
        sourceName: request.source,
        events: received,
        isAdmitted: this.stillAdmitted(request, source),
      });
    } finally {
      reservation.release();
    }
  }

  private async store(call: ReceivedCall): Promise<IngestAnswer> {
    if (call.events.length === 0) return { kind: 'stored', events: [] };
    const outcome = await this.groups.add(call);
    if (outcome.kind === 'sourceGone') return { kind: 'unauthorised' };
    if (outcome.kind === 'failed') throw outcome.error;
    const destinationIds = new Set(outcome.events.flatMap((event) => event.destinationIds));
    for (const destinationId of destinationIds) this.wakeUps.wake(destinationId);
    return { kind: 'stored', events: outcome.events.map(({ id, type, status }) => ({ id, type, status })) };
  }

  /** Authenticates a call. Refreshes the configuration before a 401, because the source may have just been added. */
  private async authenticatedSource(request: IngestRequest): Promise<CompiledSource | undefined> {
    const known = this.findAuthenticated(request);
    if (known !== undefined) return known;
    await this.configuration.refresh();
    return this.findAuthenticated(request);
  }

  private findAuthenticated(request: IngestRequest): CompiledSource | undefined {
    const source = this.configuration.current.openSource(request.brand, request.source);
    if (source === undefined) return undefined;
    const isProven = source === request.provenBy || this.authenticate(source.record, request, this.clock.now());
    return isProven ? source : undefined;
  }

  /** Returns a function that checks the credentials again if the source has changed since authentication. */
  private stillAdmitted(request: IngestRequest, admitted: CompiledSource): ReceivedCall['isAdmitted'] {
    let last = { source: admitted, isAdmitted: true };
    return (source) => {
      if (source !== last.source) {
        last = { source, isAdmitted: this.authenticate(source.record, request, this.clock.now()) };
      }
      return last.isAdmitted;
    };
  }

  private parse({ rawBody, headers }: IngestRequest, { adapter }: CompiledSource): ParsedCall {
    const { maxEvents } = this.limits;
    return parseCall(rawBody, { maxEvents, isOneEvent: adapter.isOneEvent?.(headers) ?? false });
  }

  /** Reads the events of a call. All have the same time of receipt, and their ids sort in the order of the call. */
  private read(request: IngestRequest, source: CompiledSource, body: ParsedBody): ReceivedEvent[] {
    const receivedAt = this.clock.now();
    return contentsOf(request, source, body).map((content, position) => ({
      content,
      id: uuidV7WithPosition(receivedAt, position),
      receivedAt,
      brandName: request.brand,
      sourceName: request.source,
    }));
  }
}

function contentsOf(
  { rawBody, headers }: IngestRequest,
  { adapter, record }: CompiledSource,
  body: ParsedBody,
): ReceivedEvent['content'][] {
  if (body.kind === 'unreadable') return [unreadableContent(body.reason, rawBody)];
  return adapter.read(body.value, headers, record.paths).map(contentOf);
}

function contentOf(result: ReadResult): ReceivedEvent['content'] {
  return result.kind === 'event'
    ? { kind: 'event', event: result.event }
    : unreadableContent(result.reason, Buffer.from(JSON.stringify(result.raw ?? null)));
}
