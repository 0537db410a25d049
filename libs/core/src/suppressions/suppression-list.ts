import type { Address, MessagingChannel, RecipientUpdate, VendorSuppressionReason } from '@patchbay/plugin-sdk';
import { Batcher } from '../batcher.js';
import type { Clock } from '../clock.js';
import type { BrandRecord } from '../configuration/configuration-snapshot.js';
import { uuidV7 } from '../ids.js';
import type { HashedAddress, SuppressionStore } from './suppression-store.port.js';
import {
  addressHash,
  stoppingRule,
  vendorScope,
  type NewSuppression,
  type SuppressibleMessage,
  type SuppressionOrigin,
  type SuppressionReason,
  type SuppressionRule,
} from './suppression.js';

/** Outcome of a message to an address on the suppression list. */
export interface SuppressedOutcome {
  readonly kind: 'suppressed' | 'noRecipient';
  readonly message: string;
}

/** Report of a destination about addresses. */
export interface VendorReport {
  readonly brand: BrandRecord;
  /** Name of the destination. */
  readonly destination: string;
  /** Channel of the destination's type. Null if the type has none. */
  readonly channel: MessagingChannel | null;
  readonly origin: Extract<SuppressionOrigin, 'callback' | 'answer'>;
  /** Code of the vendor. Null if the vendor gave none. */
  readonly detail: string | null;
}

/** Reasons of deliveries that were not sent to an address on the suppression list. */
export const SUPPRESSED_REASONS: Readonly<Record<Exclude<SuppressionReason, 'invalid'>, string>> = {
  hard_bounce: 'hard bounce',
  complaint: 'complaint',
  opt_out: 'opt-out',
  manual: 'suppression list',
};

const IN_SUPPRESSION_LIST: ReadonlySet<string> = new Set(Object.values(SUPPRESSED_REASONS));

/** Returns true if a delivery was not sent because its address is on the suppression list. */
export function isSuppressedReason(reason: string | null): boolean {
  return reason !== null && IN_SUPPRESSION_LIST.has(reason);
}

/** Suppression lists of the brands: checks messages before they are sent, and records what vendors report. */
export class SuppressionList {
  private readonly lookups: Batcher<HashedAddress, readonly SuppressionRule[]>;

  constructor(
    private readonly store: Pick<SuppressionStore, 'rulesOf' | 'add' | 'release'>,
    private readonly clock: Clock,
  ) {
    this.lookups = new Batcher((addresses) => store.rulesOf(addresses), { lingerMs: 1, maxBatch: 200, maxInFlight: 2 });
  }

  /**
   * Returns the outcome if the message must not be sent to one of its addresses. Null if the message may be sent.
   * Rejects if the database is unavailable, so that nothing is sent unchecked.
   */
  async stopped(
    { id, vault }: Pick<BrandRecord, 'id' | 'vault'>,
    addresses: readonly Address[],
    message: SuppressibleMessage,
  ): Promise<SuppressedOutcome | null> {
    const found = await Promise.all(
      addresses.map((address) => this.lookups.add({ brandId: id, addressHash: addressHash(vault, address) })),
    );
    const rule = stoppingRule(found.flat(), message);
    if (rule === undefined) return null;
    return rule.reason === 'invalid'
      ? { kind: 'noRecipient', message: 'The suppression list has the address as invalid.' }
      : { kind: 'suppressed', message: SUPPRESSED_REASONS[rule.reason] };
  }

  /** Records that a vendor sends nothing to addresses any more. @returns the number of added suppressions */
  report(
    { brand, destination, channel, origin, detail }: VendorReport,
    addresses: readonly Address[],
    reason: VendorSuppressionReason,
  ): Promise<number> {
    const facts = { ...vendorScope(reason, channel), reason, origin, detail, reportedBy: destination };
    const now = this.clock.now();
    const added = addresses.map((address) => newSuppression(brand, address, { ...facts, reportedAt: null }, now));
    return this.store.add(brand.id, added);
  }

  /**
   * Records the changes that a status callback reports, in the order of their times, or in their own order if a time is
   * missing. Additions in a row are written together. A late `opt_in` removes no newer opt-out; a late opt-out stays,
   * because an unwanted message is worse than a missing one.
   */
  async apply(report: Omit<VendorReport, 'origin' | 'detail'>, updates: readonly RecipientUpdate[]): Promise<void> {
    const { brand, destination, channel } = report;
    const now = this.clock.now();
    const timeOf = ({ at }: RecipientUpdate): number | null =>
      at === undefined ? null : Math.min(Date.parse(at), now);
    for (const { additions, optIn } of runsOf(inOrderOfTime(updates))) {
      const added = additions.map((update) => {
        const { address, change: reason, detail = null } = update;
        const facts = { ...vendorScope(reason, channel), reason, detail, reportedBy: destination };
        return newSuppression(brand, address, { ...facts, origin: 'callback', reportedAt: timeOf(update) }, now);
      });
      if (added.length > 0) await this.store.add(brand.id, added);
      if (optIn === undefined) continue;
      const address = { brandId: brand.id, addressHash: addressHash(brand.vault, optIn.address) };
      await this.store.release(address, ['opt_out'], timeOf(optIn));
    }
  }
}

/** Update that adds an address. */
type Addition = RecipientUpdate & { readonly change: VendorSuppressionReason };

/** Additions in a row, and the `opt_in` after them. */
interface Run {
  readonly additions: readonly Addition[];
  readonly optIn: RecipientUpdate | undefined;
}

function runsOf(updates: readonly RecipientUpdate[]): readonly Run[] {
  const runs: Run[] = [];
  let additions: Addition[] = [];
  for (const update of updates) {
    const { change } = update;
    if (change !== 'opt_in') additions.push({ ...update, change });
    else {
      runs.push({ additions, optIn: update });
      additions = [];
    }
  }
  return [...runs, { additions, optIn: undefined }];
}

function inOrderOfTime(updates: readonly RecipientUpdate[]): readonly RecipientUpdate[] {
  const timed = updates.flatMap((update) => (update.at === undefined ? [] : [{ update, time: Date.parse(update.at) }]));
  if (timed.length < updates.length) return updates;
  return timed.sort((a, b) => a.time - b.time).map(({ update }) => update);
}

/**
 * Creates a suppression of an address. A `pii-less` brand stores only the hash of the address.
 * @param now milliseconds since the epoch
 */
export function newSuppression(
  { vault, privacy }: Pick<BrandRecord, 'vault' | 'privacy'>,
  address: Address,
  facts: SuppressionRule & Pick<NewSuppression, 'origin' | 'reportedBy' | 'detail' | 'reportedAt'>,
  now: number,
): NewSuppression {
  const id = uuidV7(now);
  const { kind, value } = address;
  const sealedAddress = privacy.mode === 'pii-less' ? null : vault.seal(`suppression/${id}`, value.trim());
  return { ...facts, id, kind, addressHash: addressHash(vault, address), sealedAddress };
}
