import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { CompiledSource } from '../configuration/compiled-configuration.js';
import type { SourceRecord } from '../configuration/configuration-snapshot.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { WakeUps } from '../delivery/wake-ups.port.js';
import type { ReadResult } from '../event/normalised-event.js';
import { uuidV7 } from '../ids.js';
import { StoreRefusedError } from './event-store.port.js';
import type { AdmittedEvent, CommitOutcome, GroupCommit } from './group-commit.js';
import { parseJsonBody } from './json-body.js';
import { typeOf, type ReceivedEvent } from './prepare-event.js';

/** One call to the ingest door. */
export interface IngestRequest {
  readonly brand: string;
  readonly source: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Uint8Array;
}

/** One event in the answer. */
export interface IngestedEvent {
  readonly id: string;
  readonly type: string;
  readonly status: 'accepted' | 'duplicate' | 'quarantined';
}

/** The answer: `stored` is 202, `unauthorised` 401, `tooLarge` 413, `busy` 429. There is no other. */
export type IngestAnswer =
  | { readonly kind: 'stored'; readonly events: readonly IngestedEvent[] }
  | { readonly kind: 'unauthorised' }
  | { readonly kind: 'tooLarge'; readonly message: string }
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number };

/** Checks a caller's credentials; constant-time. */
export type SourceAuthenticator = (
  source: Pick<SourceRecord, 'auth' | 'keys'>,
  request: { readonly headers: Readonly<Record<string, string>>; readonly rawBody: Uint8Array },
  nowMs: number,
) => boolean;

/** Limits of {@link IngestEvents}. */
export interface IngestLimits {
  /** Events in one call. */
  readonly maxEvents: number;
  /** Events waiting for their commit; beyond it callers are asked to come back. */
  readonly maxQueued: number;
}

/** Told of what went wrong on our side: the caller only learns to come back. */
export type IngestFaultListener = (error: unknown) => void;

const RETRY_AFTER_SECONDS = 5;

/** Takes events in: authenticates, reads, and answers only after the commit. */
export class IngestEvents {
  constructor(
    private readonly configuration: LiveConfiguration,
    private readonly groups: GroupCommit,
    private readonly authenticate: SourceAuthenticator,
    private readonly wakeUps: Pick<WakeUps, 'wake'>,
    private readonly clock: Clock,
    private readonly limits: IngestLimits,
    private readonly onFault: IngestFaultListener,
  ) {}

  /** Never throws: whatever fails on our side is `busy`, so that the caller keeps the event. */
  async ingest(request: IngestRequest): Promise<IngestAnswer> {
    try {
      return await this.take(request);
    } catch (error) {
      this.onFault(error);
      return { kind: 'busy', retryAfterSeconds: RETRY_AFTER_SECONDS };
    }
  }

  private async take(request: IngestRequest): Promise<IngestAnswer> {
    const source = await this.authenticatedSource(request);
    if (source === undefined) return { kind: 'unauthorised' };
    const received = this.read(request, source);
    if (received.length > this.limits.maxEvents) {
      return {
        kind: 'tooLarge',
        message: `At most ${this.limits.maxEvents} events in one call; this one has ${received.length}.`,
      };
    }
    if (this.groups.queued + received.length > this.limits.maxQueued) {
      return { kind: 'busy', retryAfterSeconds: RETRY_AFTER_SECONDS };
    }
    const isAdmitted = this.admission(request, source);
    const events = await Promise.all(received.map((one) => this.commit({ isAdmitted, ...one })));
    const stored = events.filter((event) => event !== null);
    return stored.length < events.length ? { kind: 'unauthorised' } : { kind: 'stored', events: stored };
  }

  /** Before a 401 the configuration in memory is made sure to be the newest: the source may have just been added. */
  private async authenticatedSource(request: IngestRequest): Promise<CompiledSource | undefined> {
    const known = this.findAuthenticated(request);
    if (known !== undefined) return known;
    await this.configuration.refresh();
    return this.findAuthenticated(request);
  }

  private findAuthenticated(request: IngestRequest): CompiledSource | undefined {
    const source = this.configuration.current.openSource(request.brand, request.source);
    return source !== undefined && this.authenticate(source.record, request, this.clock.now()) ? source : undefined;
  }

  /** Looks at the credentials again whenever the configuration is another one than it was authenticated by. */
  private admission(request: IngestRequest, admitted: CompiledSource): AdmittedEvent['isAdmitted'] {
    let last = { source: admitted, isAdmitted: true };
    return (source) => {
      if (source !== last.source) {
        last = { source, isAdmitted: this.authenticate(source.record, request, this.clock.now()) };
      }
      return last.isAdmitted;
    };
  }

  private read(request: IngestRequest, source: CompiledSource): ReceivedEvent[] {
    const parsed = parseJsonBody(request.rawBody);
    if (parsed.kind === 'unreadable') return [this.unreadable(request, parsed.reason, request.rawBody)];
    return source.adapter
      .read(parsed.value, request.headers, source.record.paths)
      .map((result) => this.receive(request, result));
  }

  private receive(request: IngestRequest, result: ReadResult): ReceivedEvent {
    if (result.kind === 'unreadable') {
      return this.unreadable(request, result.reason, Buffer.from(JSON.stringify(result.raw ?? null)));
    }
    return { content: { kind: 'event', event: result.event }, ...this.identify(request) };
  }

  private unreadable(request: IngestRequest, reason: string, body: Uint8Array): ReceivedEvent {
    return { content: unreadableContent(reason, body), ...this.identify(request) };
  }

  private identify(request: IngestRequest): Pick<ReceivedEvent, 'id' | 'receivedAt' | 'brandName' | 'sourceName'> {
    const receivedAt = this.clock.now();
    return { id: uuidV7(receivedAt), receivedAt, brandName: request.brand, sourceName: request.source };
  }

  /** Null where its source has gone, or would not let it in any more. */
  private async commit(received: AdmittedEvent): Promise<IngestedEvent | null> {
    const { kept, outcome } = await this.commitOrQuarantine(received);
    switch (outcome.kind) {
      case 'sourceGone':
        return null;
      case 'duplicate':
        return { id: outcome.eventId, type: typeOf(kept), status: 'duplicate' };
      case 'accepted':
      case 'quarantined':
        for (const destinationId of outcome.destinationIds) this.wakeUps.wake(destinationId);
        return { id: kept.id, type: typeOf(kept), status: outcome.kind };
    }
  }

  /** What the database itself refuses is kept as a body that cannot be read: never lost, never in a neighbour's way. */
  private async commitOrQuarantine(received: AdmittedEvent): Promise<{ kept: ReceivedEvent; outcome: CommitOutcome }> {
    try {
      return { kept: received, outcome: await this.groups.add(received) };
    } catch (error) {
      if (!(error instanceof StoreRefusedError) || received.content.kind === 'unreadable') throw error;
      this.onFault(error);
      const body = Buffer.from(JSON.stringify(received.content.event));
      const kept = { ...received, content: unreadableContent('The database refused its data.', body) };
      return { kept, outcome: await this.groups.add(kept) };
    }
  }
}

function unreadableContent(reason: string, body: Uint8Array): ReceivedEvent['content'] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const bodyHash = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  // Base64: what could not be read may be any bytes, and has to come out as it went in.
  return { kind: 'unreadable', reason, body: bytes.toString('base64'), bodyHash };
}
