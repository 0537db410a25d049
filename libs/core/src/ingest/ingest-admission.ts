import type { Clock } from '../clock.js';
import type { CompiledSource } from '../configuration/compiled-brand.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { SourceRecord } from '../configuration/configuration-snapshot.js';
import type { SourceLimitsSpec } from '../configuration/brand-definition.js';
import type { IngestTrace } from '../tracing/traces.port.js';

/** Part of an ingest call that is known before the body of the call is read. */
export type IngestHead = Pick<IngestRequest, 'brand' | 'source' | 'headers'>;

/** Admission of an ingest call, which allows the hub to read the body. */
export interface AdmittedHead {
  /**
   * Source of the call, if the headers authenticate the caller. Undefined if the headers do not authenticate the
   * caller, if authentication needs the body, or if the brand is not in memory.
   */
  readonly provenBy: CompiledSource | undefined;
  /** Reservation of the bytes of the call's body. */
  readonly body: Reservation;
}

/** Limits of {@link IngestAdmission}. Each limit is shared fairly between sources. */
export interface AdmissionLimits {
  /** Maximum total bytes of bodies that are being read or whose events are not stored yet. */
  readonly maxBytes: number;
  /** Maximum number of received events that are not stored yet. */
  readonly maxEvents: number;
}

const NO_BODY = new Uint8Array();

/** Admission control that bounds the waiting calls of this process, in total and per source. */
export class IngestAdmission {
  private readonly bytes: FairBudget;
  private readonly events: FairBudget;

  constructor(
    private readonly configuration: LiveConfiguration,
    private readonly authenticate: SourceAuthenticator,
    private readonly clock: Clock,
    limits: AdmissionLimits,
  ) {
    this.bytes = new FairBudget(limits.maxBytes);
    this.events = new FairBudget(limits.maxEvents);
  }

  /** Returns the total bytes of the bodies that are being read or whose events are not stored yet. */
  get waitingBytes(): number {
    return this.bytes.inUse;
  }

  /**
   * Admits a call before its body is read. Null if the sender must retry later.
   *
   * Unauthenticated calls do not count against the share of the source, so that nobody can use up the share without
   * credentials. Calls that are authenticated by their body count against a separate share of the source until the body
   * is read. Calls to unknown sources have one common share. While a brand is not in memory, its calls have one share.
   * @param bytes known bytes of the body; `body.grow` adds more
   */
  admit({ brand, source: name, headers }: IngestHead, bytes: number): AdmittedHead | null {
    const loaded = this.configuration.brandNamedIfLoaded(brand);
    const source = loaded?.openSource(name);
    let share = 'unknown source';
    if (loaded === undefined && this.configuration.entryNamed(brand) !== undefined) {
      // The body is read at once, so this call does not wait for the load, and `IngestEvents` authenticates its caller. The
      // load begins here, so that callers without credentials cannot prevent it by using up the share.
      this.configuration.brandNamed(brand).catch(() => undefined);
      share = `${brand}, not in memory`;
    }
    let provenBy: CompiledSource | undefined;
    if (source !== undefined) {
      const isProven = this.authenticate(source.record, { headers, rawBody: NO_BODY }, this.clock.now());
      share = isProven ? `${brand}/${name}` : `${brand}/${name}, unproven`;
      // A signature covers the body, so its check here only proves an empty body.
      provenBy = isProven && source.record.auth.standardWebhooks === undefined ? source : undefined;
    }
    if (!this.events.allows(share, 1)) return null;
    const body = this.bytes.reserve(share, bytes);
    return body === null ? null : { provenBy, body };
  }

  /** Reserves capacity for the events of an authenticated call. Null if the sender must retry later. */
  reserveEvents({ brand, source }: IngestHead, count: number): Reservation | null {
    return this.events.reserve(`${brand}/${source}`, count);
  }

  /**
   * Reserves capacity for events that did not arrive in a call. Null if they must wait.
   * @param originId id of their origin, which has a share of its own
   */
  reserveBackground(originId: string, count: number): Reservation | null {
    return this.events.reserve(`origin ${originId}`, count);
  }
}

/** Call of the ingest endpoint. */
export interface IngestRequest {
  readonly brand: string;
  readonly source: string;
  /** Headers by name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Uint8Array;
  /** Source that `IngestAdmission` authenticated by the headers. Left out if the call is not authenticated yet. */
  readonly provenBy?: CompiledSource | undefined;
  /** Span of the call. Undefined if tracing is off. */
  readonly trace?: IngestTrace | undefined;
}

/** Function that checks a caller's credentials in constant time. */
export type SourceAuthenticator = (
  source: Pick<SourceRecord, 'auth' | 'generatedSecrets' | 'keys'>,
  request: { readonly headers: Readonly<Record<string, string>>; readonly rawBody: Uint8Array },
  nowMs: number,
) => boolean;

/** Reserved part of a {@link FairBudget}. */
export interface Reservation {
  /**
   * Reserves a further amount for the holder of this reservation. Returns false, and reserves nothing, if the budget
   * does not allow the amount or if the reservation was released.
   */
  grow(amount: number): boolean;
  /** Releases the whole reservation. Further calls have no effect. */
  release(): void;
}

/**
 * Bounded resource that several holders share. While more than half of the resource is in use, a holder gets at most
 * `total / (active holders + 1)`. A single holder therefore gets at most half, and there is always capacity for a new
 * holder. A holder without reservations gets its first amount regardless of its share, if the total allows this amount.
 */
export class FairBudget {
  private readonly held = new Map<string, number>();
  private used = 0;

  constructor(private readonly total: number) {}

  /** Returns the reserved amount. */
  get inUse(): number {
    return this.used;
  }

  /** Returns true if {@link reserve} would succeed now. */
  allows(holder: string, amount: number): boolean {
    if (this.used + amount > this.total) return false;
    if (this.used + amount <= this.total / 2) return true;
    const held = this.held.get(holder);
    return held === undefined || held + amount <= this.total / (this.held.size + 1);
  }

  /** Reserves an amount. Returns null if the amount would exceed the holder's share or the total. */
  reserve(holder: string, amount: number): Reservation | null {
    if (!this.allows(holder, amount)) return null;
    this.add(holder, amount);
    let reserved = amount;
    let open = true;
    return {
      grow: (more) => {
        if (!open || !this.allows(holder, more)) return false;
        this.add(holder, more);
        reserved += more;
        return true;
      },
      release: () => {
        open = false;
        this.add(holder, -reserved);
        reserved = 0;
      },
    };
  }

  private add(holder: string, amount: number): void {
    this.used += amount;
    const held = (this.held.get(holder) ?? 0) + amount;
    if (held > 0) this.held.set(holder, held);
    else this.held.delete(holder);
  }
}

/** Maximum number of sources whose state is kept in memory. */
const MAX_SOURCES = 10_000;

/** Rate limiter of the calls per source (GCRA). Each process counts its own calls. */
export class SourceRates {
  /** Time on the monotonic clock at which the full burst of a source is available again, by source id. */
  private readonly fullAt = new Map<string, number>();

  constructor(private readonly elapsedMs: () => number = () => performance.now()) {}

  /** Counts a call. Returns 0 if the call is allowed, else the milliseconds until the next call is allowed. */
  waitMs(sourceId: string, { ratePerSecond, burst = Math.max(1, Math.ceil(ratePerSecond)) }: SourceLimitsSpec): number {
    const now = this.elapsedMs();
    const intervalMs = 1_000 / ratePerSecond;
    const fullAt = Math.max(this.fullAt.get(sourceId) ?? now, now);
    const waitMs = fullAt - now - (burst - 1) * intervalMs;
    if (waitMs > 0) return waitMs;
    if (this.fullAt.size >= MAX_SOURCES) this.removeIdle(now);
    this.fullAt.set(sourceId, fullAt + intervalMs);
    return 0;
  }

  private removeIdle(now: number): void {
    for (const [sourceId, fullAt] of this.fullAt) if (fullAt <= now) this.fullAt.delete(sourceId);
  }
}
