import { checkBatches } from './checks/batches.js';
import { checkCaps } from './checks/caps.js';
import type { Arrival, CheckResult, SentEvent } from './checks/check.js';
import { checkDigests } from './checks/digests.js';
import { checkFallbacks, deliveriesWithLostAnswer } from './checks/fallbacks.js';
import { checkOrder } from './checks/order.js';
import { checkQuietHours } from './checks/quiet-hours.js';
import { checkRates } from './checks/rates.js';
import { checkStalls, type Span, type WaitingSample } from './checks/stalls.js';
import { checkUnconfirmed, type AttemptedDelivery } from './checks/unconfirmed.js';
import { checkWithoutRedis } from './checks/without-redis.js';
import { BATCHED } from './support/brand.js';
import { ACCOUNTS, BATCH_LIMITS, CAP, LIMITED, MESSAGES, type WallSpan } from './support/scenario-brands.js';
import type { ScenarioName } from './support/scenarios.js';

/** Records of a round that the checks read. */
export interface CheckedRound {
  readonly sent: Readonly<Record<ScenarioName, readonly SentEvent[]>>;
  readonly arrivals: readonly Arrival[];
  /** Deliveries of the events whose records the suite compares, and of the events with messaging rules. */
  readonly deliveries: readonly AttemptedDelivery[];
  readonly requests: ReadonlyMap<string, number>;
  readonly reported: ReadonlyMap<string, number>;
  readonly leasesEnded: ReadonlyMap<string, number>;
  readonly quietHours: WallSpan;
  readonly samples: readonly WaitingSample[];
  readonly explained: readonly Span[];
  readonly stallMs: number;
  /** Time spans in which Redis was down. Empty if the round did not stop Redis. */
  readonly withoutRedis: readonly Span[];
}

/** Runs every check on a round. */
export function checkRound(round: CheckedRound): readonly CheckResult[] {
  const { sent, arrivals, leasesEnded, explained, stallMs } = round;
  return [
    checkOrder({ destination: ACCOUNTS.ordered, sent: sent.ordered, arrivals, leasesEnded }),
    checkBatches({
      destinations: [BATCHED, ACCOUNTS.gathered],
      sent: sent.gathered,
      arrivals,
      limits: BATCH_LIMITS,
    }),
    checkRates(ACCOUNTS.limited, arrivals, LIMITED),
    checkQuietHours({
      quiet: MESSAGES.quiet,
      sentInQuietHours: sent.quiet,
      awake: MESSAGES.awake,
      sentAwake: sent.awake,
      arrivals,
      ...round.quietHours,
    }),
    checkCaps(MESSAGES.capped, sent.capped, arrivals, CAP),
    checkDigests(MESSAGES.digest, sent.digest, arrivals),
    checkFallbacks({
      first: MESSAGES.first,
      second: MESSAGES.second,
      sent: sent.fallback,
      arrivals,
      reported: round.reported,
      doubtful: deliveriesWithLostAnswer(round.deliveries),
      leasesEnded,
    }),
    checkStalls(round.samples, arrivals, { explained, stallMs, mayWait: [MESSAGES.quiet] }),
    checkUnconfirmed(round.deliveries, round.requests, leasesEnded),
    ...(round.withoutRedis.length === 0 ? [] : [checkWithoutRedis(round.withoutRedis, arrivals)]),
  ];
}
