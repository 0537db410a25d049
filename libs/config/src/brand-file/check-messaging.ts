import {
  DEFAULT_FALLBACK_TRIGGERS,
  formatDuration,
  type BrandDefinition,
  type DestinationSpec,
  type FallbackStepSpec,
  type FallbackTrigger,
  type MessagingSpec,
  type SourceAdapter,
  type SubscriptionSpec,
} from '@patchbay/core';
import { MESSAGING_CHANNELS, type MessagingChannel } from '@patchbay/plugin-sdk';
import type { FieldPath } from '../field-path.js';
import { suggestion } from '../suggestion.js';
import type { BrandChecks } from './brand-checks.js';
import type { MappingCheck } from './check-mapping.js';
import type { EventRead } from './event-reads.js';
import type { ProblemList } from './problem-list.js';

/** Triggers of a fallback step that vendors report by status callbacks. */
const VENDOR_STATUSES: readonly FallbackTrigger[] = ['undelivered', 'bounced', 'failed'];

const SECOND = 1_000;
const DAY = 86_400_000;

/** Maximum of each duration, in milliseconds. */
const LONGEST = {
  digest: DAY,
  sendAfter: 30 * DAY,
  expireAfter: 30 * DAY,
  after: 7 * DAY,
  per: 31 * DAY,
  contactInterval: 366 * DAY,
};

/** Checks the caps of a brand. */
export function checkCaps({ caps = {} }: BrandDefinition, list: ProblemList): void {
  for (const [channel, { perMs }] of Object.entries(caps)) {
    checkLength('per', perMs, ['messaging', 'caps', channel, 'per'], list);
  }
}

/** Checks the messaging rules of a destination. */
export function checkDestinationMessaging({ name, messaging }: DestinationSpec, list: ProblemList): void {
  const at = ['destinations', name, 'messaging'];
  const { sendAfterMs, contactIntervalMs, quota } = messaging ?? {};
  if (sendAfterMs !== undefined) checkLength('sendAfter', sendAfterMs, [...at, 'sendAfter'], list);
  if (contactIntervalMs !== undefined)
    checkLength('contactInterval', contactIntervalMs, [...at, 'contactInterval'], list);
  if (quota === undefined) return;
  const per = [...at, 'quota', 'per'];
  if (!checkLength('per', quota.perMs, per, list)) return;
  const isPeriod = quota.perMs >= DAY ? quota.perMs % DAY === 0 : DAY % quota.perMs === 0;
  if (!isPeriod) list.add(per, 'has to be whole days, or a duration that divides a day, e.g. 1d, 7d, 6h, 1h, 10m');
}

/** Check of the messaging rules of subscriptions. */
export class MessagingCheck {
  /**
   * @param adapters adapters by name of the brand's source
   * @param destinationTypes destination types by name of the brand's destination
   * @param delays delays of the destinations' own `sendAfter`, in milliseconds, by name of the destination
   */
  constructor(
    private readonly adapters: ReadonlyMap<string, SourceAdapter | undefined>,
    private readonly destinationTypes: ReadonlyMap<string, string>,
    private readonly mappings: MappingCheck,
    private readonly checks: BrandChecks,
    private readonly list: ProblemList,
    private readonly delays: ReadonlyMap<string, number>,
  ) {}

  /**
   * Returns the paths of the event that the rules and the mappings of the steps read.
   * @param types known event types that the subscription may receive
   */
  check(subscription: SubscriptionSpec, types: readonly string[]): readonly EventRead[] {
    const { messaging, name, destination, route = [] } = subscription;
    if (messaging === undefined) return [];
    const at = ['subscriptions', name, 'messaging'];
    const first = destination === undefined ? route.map((entry) => entry.destination) : [destination];
    if (messaging.quietHours !== undefined) {
      for (const one of new Set(first)) this.checkChannel(one, [...at, 'quietHours']);
    }
    this.checkTimes(messaging, Math.max(0, ...first.map((one) => this.delays.get(one) ?? 0)), at);
    this.checkDigest(subscription, [...at, 'digest']);
    this.checkReference(subscription, messaging, types, at);
    const inSteps = messaging.fallback.flatMap((step, index) => {
      const earlier = messaging.fallback.slice(0, index).map((one) => one.destination);
      // A step with the destination that a route chose is skipped, so it may repeat an entry.
      const before = destination === undefined ? earlier : [destination, ...earlier];
      const reads = this.checkStep(step, [...at, 'fallback', index], before, subscription, types);
      const previous = earlier.at(-1);
      this.checkSuppressedStep(step, [...at, 'fallback', index], previous === undefined ? first : [previous]);
      return reads;
    });
    const reference = messaging.cancelOn?.reference;
    if (reference === undefined) return inSteps;
    return [...inSteps, { at: [...at, 'cancelOn', 'reference'], path: reference, isShown: false }];
  }

  private checkChannel(destination: string, at: FieldPath): void {
    const type = this.destinationTypes.get(destination);
    const channel = type === undefined ? undefined : this.checks.destinations.facts(type)?.messaging;
    if (type === undefined || channel !== null) return;
    this.list.add(
      at,
      `needs a destination that messages customers (${MESSAGING_CHANNELS.join(', ')}), but ${type} messages ` +
        'no customers: use another destination, or remove this entry',
    );
  }

  /** @param delayMs delay of the destination's own `sendAfter`, in milliseconds */
  private checkTimes(messaging: MessagingSpec, delayMs: number, at: FieldPath): void {
    const { quietHours, digestMs, sendAfterMs, expireAfterMs } = messaging;
    if (quietHours !== undefined && quietHours.from === quietHours.to) {
      this.list.add(
        [...at, 'quietHours'],
        'starts and ends at the same time: change one of them, or remove quietHours',
      );
    }
    const lengths = { digest: digestMs, sendAfter: sendAfterMs, expireAfter: expireAfterMs } as const;
    const areValid = (['digest', 'sendAfter', 'expireAfter'] as const).every((key) => {
      const length = lengths[key];
      return length === undefined || checkLength(key, length, [...at, key], this.list);
    });
    const first = Math.max(digestMs ?? 0, delayMs + (sendAfterMs ?? 0));
    if (!areValid || expireAfterMs === undefined || expireAfterMs > first) return;
    this.list.add(
      [...at, 'expireAfter'],
      `ends before the first attempt, ${formatDuration(first)} after the event, so nothing is sent: use a longer duration`,
    );
  }

  private checkDigest({ ordering, supersede, messaging }: SubscriptionSpec, at: FieldPath): void {
    if (messaging?.digestMs === undefined) return;
    const other = ordering === undefined ? (supersede === true ? 'supersede' : undefined) : 'ordering';
    if (other === undefined) return;
    this.list.add(at, `cannot be combined with ${other}, because a digest has its own order: remove one of them`);
  }

  private checkReference(
    { source }: SubscriptionSpec,
    { cancelOn }: MessagingSpec,
    types: readonly string[],
    at: FieldPath,
  ): void {
    if (cancelOn === undefined) return;
    const { reference, events } = cancelOn;
    const path = [...at, 'cancelOn', ...(reference === undefined ? [] : ['reference'])];
    const reads = reference === undefined ? this.referencePaths(source, path) : [reference];
    const use = reference === undefined ? 'comparison' : 'reference';
    const isKept = (ofTypes: readonly string[]): boolean => this.mappings.checkReads(reads, source, ofTypes, path, use);
    if (isKept(types)) isKept(events);
  }

  /** Returns the paths of the references that a source's adapter reads. Adds a problem if the adapter reads none. */
  private referencePaths(source: string, at: FieldPath): readonly string[] {
    const adapter = this.adapters.get(source);
    if (adapter !== undefined && adapter.referencesOf === undefined) {
      this.list.add(
        at,
        `needs a reference, because events of the adapter ${adapter.name} have none: ` +
          'write { events: […], reference: data.<path in both events> }',
      );
    }
    return adapter?.referencePaths ?? [];
  }

  /** A customer who refused messages on a channel must not get the message from another sender of that channel. */
  private checkSuppressedStep({ destination, on }: FallbackStepSpec, at: FieldPath, previous: readonly string[]): void {
    const channel = this.channelOf(destination);
    // A route skips the step if it chose the destination of the step.
    const others = previous.filter((one) => one !== destination);
    const isSame = others.some((one) => channel === this.channelOf(one));
    if (!on.includes('suppressed') || channel === undefined || !isSame) return;
    this.list.add(
      [...at, 'on'],
      `contains suppressed, but the step before also sends by ${channel}: use a destination of another channel, or ` +
        'remove suppressed',
    );
  }

  private channelOf(destination: string | undefined): MessagingChannel | undefined {
    const type = destination === undefined ? undefined : this.destinationTypes.get(destination);
    return type === undefined ? undefined : (this.checks.destinations.facts(type)?.messaging ?? undefined);
  }

  /** Warns if a file lists vendor statuses that cannot arrive, because vendors cannot call the hub. */
  private warnUnreachableStatuses(on: FallbackStepSpec['on'], at: FieldPath): void {
    const statuses = on.filter((trigger) => VENDOR_STATUSES.includes(trigger));
    const isDefault = DEFAULT_FALLBACK_TRIGGERS.every((trigger) => on.includes(trigger));
    if (this.checks.hasPublicUrl || isDefault || statuses.length === 0) return;
    this.list.warn(
      at,
      `vendors report ${statuses.join(', ')} to the public URL of the hub, but the hub has none: set PATCHBAY_PUBLIC_URL ` +
        'at the hub, or remove these statuses',
    );
  }

  private checkStep(
    { destination, on, afterMs, mapping }: FallbackStepSpec,
    at: FieldPath,
    before: readonly string[],
    subscription: SubscriptionSpec,
    types: readonly string[],
  ): readonly EventRead[] {
    const path = [...at, 'destination'];
    const shown = this.list.quote(path, destination);
    const type = this.destinationTypes.get(destination);
    if (type === undefined) {
      const names = [...this.destinationTypes.keys()];
      const hint = suggestion(destination, names) || ` Available: ${names.join(', ') || 'none'}.`;
      this.list.add(path, `this brand has no destination ${shown}.${hint}`);
    } else if (before.includes(destination)) {
      this.list.add(path, `${shown} is already used before this step: use another destination, or remove the step`);
    } else if (subscription.messaging?.quietHours !== undefined) {
      this.checkChannel(destination, path);
    }
    this.warnUnreachableStatuses(on, [...at, 'on']);
    checkLength('after', afterMs, [...at, 'after'], this.list);
    const location = {
      type,
      at: [...at, 'mapping'],
      presetAt: () => path,
      ...(mapping === undefined ? {} : { mapping }),
    };
    return this.mappings.check(location, subscription, types);
  }
}

/** Returns true if a duration is within its limits. If the duration is outside, adds a problem. */
function checkLength(key: keyof typeof LONGEST, ms: number, at: FieldPath, list: ProblemList): boolean {
  const isValid = ms >= SECOND && ms <= LONGEST[key];
  if (!isValid) list.add(at, `has to be from ${formatDuration(SECOND)} to ${formatDuration(LONGEST[key])}`);
  return isValid;
}
