import type { Clock } from '../clock.js';
import type { CompiledSource } from '../configuration/compiled-configuration.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import { FairBudget, type Reservation } from './fair-budget.js';
import type { IngestRequest, SourceAuthenticator } from './ingest-request.js';

/** Part of an ingest call that is available before its body is read. */
export type IngestHead = Pick<IngestRequest, 'brand' | 'source' | 'headers'>;

/** Admission of a call whose body may be read. */
export interface AdmittedHead {
  /** Source, if the headers authenticate the caller. Undefined if they do not, or if authentication needs the body. */
  readonly provenBy: CompiledSource | undefined;
  /** Reservation of the bytes of its body. */
  readonly body: Reservation;
}

/** Limits of {@link IngestAdmission}, each shared fairly between sources. */
export interface AdmissionLimits {
  /** Maximum bytes of bodies that are being read or whose events are not stored yet. */
  readonly maxBytes: number;
  /** Maximum events that are not stored yet. */
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

  /** Returns the bytes of waiting bodies. */
  get waitingBytes(): number {
    return this.bytes.inUse;
  }

  /**
   * Admits a call before its body is read. Null if the sender must retry later.
   * @param bytes known bytes of the body; `body.grow` adds more
   */
  admit(head: IngestHead, bytes: number): AdmittedHead | null {
    const { share, provenBy } = this.shareOf(head);
    if (!this.events.allows(share, 1)) return null;
    const body = this.bytes.reserve(share, bytes);
    return body === null ? null : { provenBy, body };
  }

  /** Reserves capacity for the events of an authenticated call. Null if the sender must retry later. */
  reserveEvents({ brand, source }: IngestHead, count: number): Reservation | null {
    return this.events.reserve(`${brand}/${source}`, count);
  }

  /**
   * Returns the share that a call counts against. Unauthenticated calls do not count against the share of the source, so
   * that nobody can use it up without credentials. Calls that are authenticated by their body count against a separate share
   * of the source until the body is read. Calls to unknown sources have one common share.
   */
  private shareOf(head: IngestHead): { readonly share: string; readonly provenBy: CompiledSource | undefined } {
    const source = this.configuration.current.openSource(head.brand, head.source);
    if (source === undefined) return { share: 'unknown source', provenBy: undefined };
    const name = `${head.brand}/${head.source}`;
    const { headers } = head;
    return this.authenticate(source.record, { headers, rawBody: NO_BODY }, this.clock.now())
      ? { share: name, provenBy: source }
      : { share: `${name}, unproven`, provenBy: undefined };
  }
}
