import type { Arrival, SentEvent } from '../checks/check.js';
import { sleep } from './sleep.js';
import { Acknowledgements } from './acknowledgements.js';
import { CallSeries } from './call-series.js';
import { IngestEndpoint } from './ingest-endpoint.js';
import { refOf, type Fate } from './received-message.js';
import { ACCOUNTS, CAP, MESSAGES, SOURCE_HEADERS } from './scenario-brands.js';
import type { SeededRandom } from './seeded-random.js';

/** Event types of the scenarios. Each type has one subscription. */
const TYPES = {
  ordered: 'balanceChanged',
  limited: 'statementIssued',
  gathered: 'profileChanged',
  quiet: 'nightOffer',
  awake: 'dayOffer',
  capped: 'promotion',
  digest: 'purchase',
  fallback: 'alert',
} as const;
/** Name of a scenario, for example `ordered`. */
export type ScenarioName = keyof typeof TYPES;

/** Number of events in the largest call that the hub accepts. */
const LARGEST_CALL = 1_000;
const CALL_SIZES = [10, 60, 200] as const;
const ORDERED_CUSTOMERS = 50;
/** Largest number of events of a scenario that may wait; the next call is sent only if fewer events wait. */
const ORDERED_WAITING = 100;
const LIMITED_WAITING = 30;
const LIMITED_CALL = 30;
/**
 * Number of events in the first call of the rate scenario; more than the rate allows in the 10 s window of the check. A
 * hub that ignores the rate limit sends these events faster.
 */
const FIRST_LIMITED_CALL = 400;
/** Number of customers of the events that are sent in batches; few, so that many events of a customer wait. */
const GATHERED_CUSTOMERS = 20;
const GATHERED_WAITING = 40;
const GATHERED_CALL = 60;
const PAUSE_MS = 100;
const MESSAGES_EVERY_MS = 400;
/**
 * Number of calls that contain an event in quiet hours. Only the first calls contain such an event, because the event
 * must expire before the round ends.
 */
const QUIET_CALLS = 8;
/**
 * Number of calls per capped customer. Each call has two events, so a customer gets twice as many events as the cap
 * allows.
 */
const CAPPED_CALLS = CAP.max;

export interface ScenariosOptions {
  readonly hubUrl: string;
  readonly random: SeededRandom;
  /** Prefix of the events' names, unique per round. */
  readonly round: string;
  /** Returns all arrivals of this round so far. */
  readonly arrivals: () => readonly Arrival[];
}

/** Senders that create the events for the checks of order, rates and messaging rules, all at the same time. */
export class Scenarios {
  readonly acknowledgements = new Acknowledgements();
  /** Events of each scenario, in the order in which they were sent. */
  readonly sent: Readonly<Record<ScenarioName, SentEvent[]>> = {
    ordered: [],
    limited: [],
    gathered: [],
    quiet: [],
    awake: [],
    capped: [],
    digest: [],
    fallback: [],
  };
  /** Ids that the hub gave the events with messaging rules. */
  readonly messageEventIds: string[] = [];
  private readonly series: readonly CallSeries[];
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();
  /**
   * Time at which the last created event happened, in milliseconds since the epoch. The first event happened one hour
   * in the past, and every event has a different time.
   */
  private happenedAt = Date.now() - 3_600_000;
  private made = 0;

  constructor(private readonly options: ScenariosOptions) {
    const { hubUrl, random } = options;
    const endpoint = (path: string, type: string): IngestEndpoint =>
      new IngestEndpoint(`${hubUrl}${path}`, { ...SOURCE_HEADERS, 'content-type': type }, this.acknowledgements);
    const accounts = endpoint(ACCOUNTS.path, 'application/cloudevents-batch+json');
    const messages = endpoint(MESSAGES.path, 'application/json');
    this.series = [accounts, accounts, accounts, messages].map((one) => new CallSeries(one, random.fork()));
  }

  /** Starts the senders of all scenarios. */
  start(): void {
    const [ordered, limited, gathered, messages] = this.series;
    if (ordered === undefined || limited === undefined || gathered === undefined || messages === undefined) return;
    const sending = [this.sendOrdered(ordered), this.sendLimited(limited), this.sendGathered(gathered)];
    this.running = Promise.all([...sending, this.sendMessages(messages)]);
  }

  /** Stops sending new events. Resolves when the hub has acknowledged all sent events. */
  async finish(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Stops all senders without waiting for acknowledgements. */
  async abandon(): Promise<void> {
    for (const series of this.series) series.stop();
    await this.finish();
  }

  private async sendOrdered(series: CallSeries): Promise<void> {
    const { random } = this.options;
    // The largest call is sent only after the messages of the first call have arrived. The hub then delivers and stores
    // at the same time.
    const first = [CALL_SIZES[1], LARGEST_CALL];
    while (!this.stopping.signal.aborted || first.length > 0) {
      const size = first.shift() ?? random.pick(CALL_SIZES);
      const customers = Array.from({ length: size }, () => `c-${random.between(1, ORDERED_CUSTOMERS)}`);
      await series.send(customers.map((customer) => this.cloudEvent('ordered', customer)));
      await this.until(() => this.waiting('ordered', ACCOUNTS.ordered) < (first.length > 0 ? 1 : ORDERED_WAITING));
    }
  }

  private async sendLimited(series: CallSeries): Promise<void> {
    for (let size = FIRST_LIMITED_CALL; !this.stopping.signal.aborted; size = LIMITED_CALL) {
      await series.send(Array.from({ length: size }, (_, index) => this.cloudEvent('limited', `c-${index}`)));
      await this.until(() => this.waiting('limited', ACCOUNTS.limited) < LIMITED_WAITING);
    }
  }

  private async sendGathered(series: CallSeries): Promise<void> {
    const { random } = this.options;
    while (!this.stopping.signal.aborted) {
      const customers = Array.from({ length: GATHERED_CALL }, () => `c-${random.between(1, GATHERED_CUSTOMERS)}`);
      await series.send(customers.map((customer) => this.cloudEvent('gathered', customer)));
      await this.until(() => this.waiting('gathered', ACCOUNTS.gathered) < GATHERED_WAITING);
    }
  }

  private async sendMessages(series: CallSeries): Promise<void> {
    for (let turn = 0; !this.stopping.signal.aborted || turn < CAPPED_CALLS; turn += 1) {
      const digested = [1, 2].map((customer) => `digest-${Math.floor(turn / 4)}-${customer}`);
      const capped = `capped-${Math.floor(turn / CAPPED_CALLS)}`;
      const eventIds = await series.send([
        ...(turn < QUIET_CALLS ? [this.json('quiet', `quiet-${turn}`)] : []),
        this.json('awake', `awake-${turn}`),
        this.json('capped', capped),
        this.json('capped', capped),
        ...digested.flatMap((customer) => [this.json('digest', customer), this.json('digest', customer)]),
        ...(['event', 'refused', 'undelivered'] as const).map((fate) => this.json('fallback', `alert-${turn}`, fate)),
      ]);
      this.messageEventIds.push(...eventIds);
      await Promise.race([sleep(MESSAGES_EVERY_MS), this.stopped()]);
    }
  }

  /** Counts the events of a scenario whose messages have not arrived. */
  private waiting(scenario: ScenarioName, destination: string): number {
    const arrived = this.options.arrivals().filter((arrival) => arrival.destination === destination);
    return this.sent[scenario].length - new Set(arrived.map(({ deliveryId }) => deliveryId)).size;
  }

  private async until(condition: () => boolean): Promise<void> {
    while (!this.stopping.signal.aborted && !condition()) await sleep(PAUSE_MS);
  }

  private async stopped(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    await new Promise((resolve) => this.stopping.signal.addEventListener('abort', resolve, { once: true }));
  }

  private note(scenario: ScenarioName, customer: string, fate: Fate): string {
    this.made += 1;
    this.happenedAt += 1;
    const ref = refOf(this.options.round, fate, `${scenario}-${this.made}`);
    this.sent[scenario].push({ ref, customer });
    return ref;
  }

  private cloudEvent(scenario: ScenarioName, customer: string): object {
    const ref = this.note(scenario, customer, 'event');
    return {
      specversion: '1.0',
      source: '/accounts',
      id: ref,
      type: TYPES[scenario],
      subject: `${this.options.round}-${customer}`,
      time: new Date(this.happenedAt).toISOString(),
      data: { ref },
    };
  }

  private json(scenario: ScenarioName, customer: string, fate: Fate = 'event'): object {
    const ref = this.note(scenario, customer, fate);
    return {
      id: ref,
      type: TYPES[scenario],
      customerId: `${this.options.round}-${customer}`,
      occurredAt: new Date(this.happenedAt).toISOString(),
      data: { ref },
    };
  }
}
