import {
  formatDuration,
  MESSAGING_CHANNELS,
  type BrandDefinition,
  type FallbackStepSpec,
  type MessagingSpec,
  type SourceAdapter,
  type SubscriptionSpec,
} from '@patchbay/core';
import type { FieldPath } from '../field-path.js';
import { suggestion } from '../suggestion.js';
import type { BrandChecks } from './brand-checks.js';
import type { MappingCheck } from './check-mapping.js';
import type { ProblemList } from './problem-list.js';

const SECOND = 1_000;
const DAY = 86_400_000;

/** The longest that each length of time may be. */
const LONGEST = { digest: DAY, sendAfter: 30 * DAY, expireAfter: 30 * DAY, after: 7 * DAY, per: 31 * DAY };

/** Checks how many messages of a channel a customer may get. */
export function checkCaps({ caps = {} }: BrandDefinition, list: ProblemList): void {
  for (const [channel, { perMs }] of Object.entries(caps)) {
    checkLength('per', perMs, ['messaging', 'caps', channel, 'per'], list);
  }
}

/** Checks what subscriptions say about when, whether and as what their messages go out. */
export class MessagingCheck {
  /**
   * @param adapters of the brand's sources, by name
   * @param destinationTypes the types of the brand's destinations, by name
   */
  constructor(
    private readonly adapters: ReadonlyMap<string, SourceAdapter | undefined>,
    private readonly destinationTypes: ReadonlyMap<string, string>,
    private readonly mappings: MappingCheck,
    private readonly checks: BrandChecks,
    private readonly list: ProblemList,
  ) {}

  /** @param types the event types that the subscription may get, as far as they are known */
  check(subscription: SubscriptionSpec, types: readonly string[]): void {
    const { messaging, name, destination } = subscription;
    if (messaging === undefined) return;
    const at = ['subscriptions', name, 'messaging'];
    this.checkChannel(destination, at);
    this.checkTimes(messaging, at);
    this.checkDigest(subscription, [...at, 'digest']);
    this.checkReference(subscription, messaging, types, at);
    messaging.fallback.forEach((step, index) => {
      const before = [destination, ...messaging.fallback.slice(0, index).map((earlier) => earlier.destination)];
      this.checkStep(step, [...at, 'fallback', index], before, subscription, types);
    });
  }

  private checkChannel(destination: string, at: FieldPath): void {
    const type = this.destinationTypes.get(destination);
    const category = type === undefined ? undefined : this.checks.destinations.facts(type)?.category;
    if (category === undefined || MESSAGING_CHANNELS.some((channel) => channel === category)) return;
    this.list.add(
      at,
      `is for destinations that message customers (${MESSAGING_CHANNELS.join(', ')}), and ${type ?? ''} is ${category}: ` +
        'name another destination, or remove this',
    );
  }

  private checkTimes({ quietHours, digestMs, sendAfterMs, expireAfterMs }: MessagingSpec, at: FieldPath): void {
    if (quietHours !== undefined && quietHours.from === quietHours.to) {
      this.list.add([...at, 'quietHours'], 'begins and ends at the same time: write another end, or remove it');
    }
    const lengths = { digest: digestMs, sendAfter: sendAfterMs, expireAfter: expireAfterMs } as const;
    const fit = (['digest', 'sendAfter', 'expireAfter'] as const).every((key) => {
      const length = lengths[key];
      return length === undefined || checkLength(key, length, [...at, key], this.list);
    });
    const first = Math.max(digestMs ?? 0, sendAfterMs ?? 0);
    if (!fit || expireAfterMs === undefined || expireAfterMs > first) return;
    this.list.add(
      [...at, 'expireAfter'],
      `is over before the first attempt, ${formatDuration(first)} after the event: nothing would ever be sent. Make it longer`,
    );
  }

  private checkDigest({ ordering, supersede, messaging }: SubscriptionSpec, at: FieldPath): void {
    if (messaging?.digestMs === undefined) return;
    const other = ordering === undefined ? (supersede === true ? 'supersede' : undefined) : 'ordering';
    if (other === undefined) return;
    this.list.add(at, `cannot stand beside ${other}, since a digest has an order of its own: remove one of them`);
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
    const isKept = (ofTypes: readonly string[]): boolean =>
      this.mappings.checkReads(reads, source, ofTypes, path, 'comparison');
    if (isKept(types)) isKept(events);
  }

  /** What the source's own references are read from; tells where it has none. */
  private referencePaths(source: string, at: FieldPath): readonly string[] {
    const adapter = this.adapters.get(source);
    if (adapter !== undefined && adapter.referencesOf === undefined) {
      this.list.add(
        at,
        `needs a reference: events of the adapter ${adapter.name} do not say what they are about. ` +
          'Write { events: […], reference: data.<a path that both have> }',
      );
    }
    return adapter?.referencePaths ?? [];
  }

  private checkStep(
    { destination, afterMs, mapping }: FallbackStepSpec,
    at: FieldPath,
    before: readonly string[],
    subscription: SubscriptionSpec,
    types: readonly string[],
  ): void {
    const path = [...at, 'destination'];
    const shown = this.list.quote(path, destination);
    const type = this.destinationTypes.get(destination);
    if (type === undefined) {
      const names = [...this.destinationTypes.keys()];
      const hint = suggestion(destination, names) || ` There are: ${names.join(', ') || 'none'}.`;
      this.list.add(path, `this brand has no destination ${shown}.${hint}`);
    } else if (before.includes(destination)) {
      this.list.add(path, `${shown} was tried before this step: name another destination, or remove the step`);
    } else {
      this.checkChannel(destination, path);
    }
    checkLength('after', afterMs, [...at, 'after'], this.list);
    const location = {
      type,
      at: [...at, 'mapping'],
      presetAt: () => path,
      ...(mapping === undefined ? {} : { mapping }),
    };
    this.mappings.check(location, subscription, types);
  }
}

/** Whether a length of time is within its bounds; tells where it is not. */
function checkLength(key: keyof typeof LONGEST, ms: number, at: FieldPath, list: ProblemList): boolean {
  const fits = ms >= SECOND && ms <= LONGEST[key];
  if (!fits) list.add(at, `has to be from ${formatDuration(SECOND)} to ${formatDuration(LONGEST[key])}`);
  return fits;
}
