import type { Clock } from '../clock.js';
import type { CompiledSource } from '../configuration/compiled-configuration.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import { FairBudget, type Reservation } from './fair-budget.js';
import type { IngestRequest, SourceAuthenticator } from './ingest-request.js';

/** What is known of an ingest call before its body is read. */
export type IngestHead = Pick<IngestRequest, 'brand' | 'source' | 'headers'>;

/** A call whose body may be read. */
export interface AdmittedHead {
  /** The source, if the headers alone prove the caller; undefined if that takes the body, or if they do not. */
  readonly provenBy: CompiledSource | undefined;
  /** What its body takes of the bytes that may wait. */
  readonly body: Reservation;
}

/** Limits of {@link IngestAdmission}, each shared fairly between sources. */
export interface AdmissionLimits {
  /** Bytes of bodies that are being read, or whose events are not yet stored. */
  readonly maxBytes: number;
  /** Events that are not yet stored. */
  readonly maxEvents: number;
}

const NO_BODY = new Uint8Array();

/** Decides which calls may wait in this process, so that neither their number nor one source's flood can fill it. */
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

  /** Bytes of bodies that wait. */
  get waitingBytes(): number {
    return this.bytes.inUse;
  }

  /**
   * Admits a call before its body is read; null if it has to come back later.
   * @param bytes of the body, as far as they are known; more are added by `body.grow`
   */
  admit(head: IngestHead, bytes: number): AdmittedHead | null {
    const { share, provenBy } = this.shareOf(head);
    if (!this.events.allows(share, 1)) return null;
    const body = this.bytes.reserve(share, bytes);
    return body === null ? null : { provenBy, body };
  }

  /** Room for the events of a call whose caller is proven; null if it has to come back later. */
  reserveEvents({ brand, source }: IngestHead, count: number): Reservation | null {
    return this.events.reserve(`${brand}/${source}`, count);
  }

  /**
   * A caller that is not proven has no part in a source's share, so that nobody uses it up without credentials. A source
   * whose signatures are made over the body has a share of its own until the body is read; those that name no source
   * have one together.
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
