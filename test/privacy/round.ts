import { migrate } from '@patchbay/database';
import {
  answer,
  callbackSamples,
  startSandbox,
  startSandboxHub,
  throttle,
  type Behaviour,
  type Sandbox,
  type SandboxHub,
  type StartedSandbox,
} from '@patchbay/testing';
import { until } from '@patchbay/testing/services';
import { freePort } from '@patchbay/embedded';
import { at, startTestHub, type TestHub } from '../e2e/support/test-hub.js';
import { brandFile, type Mode } from './brand.js';
import { crmOf } from './crm.js';
import { identifiedByContact, plantedEvents, pointsIssued, shopEvents, unknownEvent } from './events.js';
import { LONG_EVENT, longAround, plantedIn, secretsOf, type PlantedValues, type Secrets } from './planted.js';
import { withPersonalValues } from './callback-payload.js';
import { keepUncompressed, waitingIn } from './stores/postgres.js';
import { RecordingClient } from './recording-client.js';

/** Options of a round of the privacy test. */
export interface RoundOptions {
  readonly round: number;
  readonly mode: Mode;
  readonly pluginsDir: string;
  /** URL of an empty database. */
  readonly databaseUrl: string;
  /** URL of Redis. If omitted, the queue runs on PostgreSQL. */
  readonly redisUrl?: string;
}

/** Time limit in milliseconds until all deliveries have ended, long enough for a machine that runs other tests. */
const SETTLED_WITHIN_MS = 120_000;
const FIRST_CUSTOMER = 700_100_300;

/**
 * Round of the privacy test: a complete run of one brand with a destination of every type. Each destination succeeds
 * and then fails in every way. Afterwards all API endpoints are read.
 */
export class Round {
  readonly planted: PlantedValues;
  readonly secrets: Secrets;
  /** Outcomes that deliveries had, by destination type. */
  readonly outcomes = new Map<string, Set<string>>();
  /**
   * Secret texts that the search must not find: credentials of the vendors, tokens that the vendors issued, and API
   * keys that the round created.
   */
  readonly credentials = new Set<string>();
  private metricsText = '';
  private events = 0;

  private constructor(
    readonly options: RoundOptions,
    private readonly vendors: SandboxHub,
    private readonly crm: StartedSandbox,
    private readonly hub: TestHub,
    private readonly client: RecordingClient,
    values: { readonly planted: PlantedValues; readonly secrets: Secrets },
  ) {
    this.planted = values.planted;
    this.secrets = values.secrets;
  }

  /** Starts a round: the vendor sandboxes, the CRM of the brand and the hub. */
  static async start(options: RoundOptions): Promise<Round> {
    const planted = plantedIn(options.round);
    const secrets = secretsOf(options.round);
    const vendors = await startSandboxHub({ pluginsDir: options.pluginsDir, port: 0 });
    const crm = await startSandbox(crmOf(planted, secrets));
    const { yaml, env } = brandFile([...vendors.sandboxes.values()], crm.sandbox.baseUrl, options.mode, secrets);
    await migrate(options.databaseUrl);
    await keepUncompressed(options.databaseUrl);
    const port = await freePort();
    const hub = await startTestHub({
      brands: { acme: yaml },
      env,
      databaseUrl: options.databaseUrl,
      ...(options.redisUrl === undefined ? {} : { redisUrl: options.redisUrl }),
      environment: {
        PORT: String(port),
        PATCHBAY_PUBLIC_URL: `http://127.0.0.1:${String(port)}`,
        PATCHBAY_MASTER_KEY: secrets.masterKey,
      },
      adminKey: secrets.adminKey,
    });
    return new Round(options, vendors, crm, hub, new RecordingClient(hub), { planted, secrets });
  }

  /** Returns the log of the hub so far, including the lines that the test wrote. */
  get log(): readonly string[] {
    return this.hub.log;
  }

  /** Returns all API responses to a key that may not see personal values. */
  get answers(): readonly string[] {
    return this.client.answers;
  }

  /** Returns the metrics at the end of the round. */
  get metrics(): string {
    return this.metricsText;
  }

  /** Plants control values in an event and in the log of the hub. */
  async plantControls(texts: readonly string[]): Promise<void> {
    const control = { texts, long: longAround(LONG_EVENT.value) };
    const event = { eventName: 'controlEvent', eventId: 'control', data: { control } };
    await this.send(JSON.stringify(event));
    for (const text of texts) this.hub.logger.trace({ control: text }, `a line with ${text} in it`);
  }

  /** Runs all steps of the round. */
  async play(): Promise<void> {
    await this.deliverToEveryDestination();
    await this.sendRefusedRequests();
    await this.sendStatusCallbacks();
    await this.failVendors();
    await this.failLookups();
    await this.callEveryEndpoint();
    await this.refuseCredentials();
    await this.client.askAll();
    for (const { destination, status } of await this.client.list('/v1/brands/acme/deliveries')) {
      const states = this.outcomes.get(String(destination)) ?? new Set();
      this.outcomes.set(String(destination), states.add(String(status)));
    }
    this.metricsText = (await this.client.ask('GET', '/metrics')).text;
    await this.collectCredentials();
  }

  /** Stops the hub but keeps its stores. */
  async close(): Promise<void> {
    await this.hub.close();
    await this.crm.stop();
    await this.vendors.stop();
  }

  private get sandboxes(): readonly Sandbox[] {
    return [...this.vendors.sandboxes.values()];
  }

  private async send(body: string, source = 'capillary'): Promise<string> {
    const { status, events, text } = await this.hub.ingest(`acme/${source}`, body, {
      'x-acme-token': this.secrets.sourceToken,
      authorization: `Basic ${Buffer.from(`acme:${this.secrets.basicPassword}`).toString('base64')}`,
    });
    this.client.answers.push(text);
    if (status !== 202) {
      const cause = this.hub.log.findLast((line) => line.includes('event storage failed')) ?? 'The log has no cause.';
      throw new Error(`The hub answered an ingest call with ${String(status)} instead of 202. ${cause}`);
    }
    return events[0]?.id ?? '';
  }

  /**
   * Sends events that match every destination, each about a different customer. Waits until all deliveries of these
   * events have ended.
   */
  private async deliver(count = 1): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let sent = 0; sent < count; sent += 1) {
      this.events += 1;
      const customerId = FIRST_CUSTOMER + this.events;
      ids.push(await this.send(pointsIssued(`points-${String(this.events)}`, customerId, this.planted)));
    }
    await this.settled();
    return ids;
  }

  /** Waits until only the deliveries of paused destinations wait. */
  private async settled(): Promise<void> {
    await until(async () => (await waitingIn(this.options.databaseUrl)) === 0, {
      what: 'all deliveries to be over',
      timeoutMs: SETTLED_WITHIN_MS,
    });
  }

  private async deliverToEveryDestination(): Promise<void> {
    for (const event of plantedEvents(this.planted.event)) await this.send(event);
    await this.send(unknownEvent(this.planted));
    if (this.options.mode === 'pii-less') await this.sendContactsAsIdentifiers();
    await this.send(`{"eventName":"pointsIssued","mobile":"${this.planted.event.unreadablePhone}"`);
    await this.settled();
    await this.deliver();
    const idle = this.sandboxes.filter(({ received }) => received === 0).map(({ type }) => type);
    if (idle.length > 0)
      throw new Error(`The destinations ${idle.join(', ')} received no delivery, so the test does not cover them.`);
  }

  /**
   * Sends events whose identifiers are e-mail addresses or phone numbers, searches for these identifiers, and erases
   * one customer.
   */
  private async sendContactsAsIdentifiers(): Promise<void> {
    await this.send(identifiedByContact(this.planted));
    for (const event of shopEvents(this.planted)) await this.send(event, 'shop');
    const { email, phone } = this.planted.identity;
    const brand = '/v1/brands/acme';
    for (const [customer, count] of [
      [email.toUpperCase(), 2],
      [phone, 2],
    ] as const) {
      for (const list of ['events', 'deliveries']) {
        const found = await this.client.list(`${brand}/${list}?customer=${encodeURIComponent(customer)}`);
        if (list === 'events' && found.length !== count) {
          throw new Error(
            `The hub has ${String(found.length)} events of the customer, but the test sent ${String(count)}.`,
          );
        }
      }
      await this.client.ask('POST', `${brand}/replays`, {
        filter: { customer },
        mapping: 'current',
        includeSucceeded: true,
      });
    }
    const { body } = await this.client.ask('DELETE', `${brand}/customers/${encodeURIComponent(email)}`);
    if (at(body, 'events') !== 2)
      throw new Error(`The erasure removed ${String(at(body, 'events'))} events of the customer, but the test sent 2.`);
  }

  /**
   * Sends requests that the hub refuses, with personal values in every part of the request that can contain a value.
   */
  private async sendRefusedRequests(): Promise<void> {
    const { strangersPhone: phone } = this.planted.event;
    const inUrl = encodeURIComponent(phone);
    const body = JSON.stringify({ eventName: 'pointsIssued', eventId: phone, data: { mobile: phone } });
    const knock = async (path: string, headers: Record<string, string> = {}): Promise<void> => {
      await fetch(`${this.hub.url}${path}`, { method: 'POST', headers: { 'user-agent': phone, ...headers }, body });
    };
    await knock('/v1/ingest/acme/capillary', { 'x-acme-token': phone });
    await knock(`/v1/ingest/acme/capillary?mobile=${inUrl}`);
    await knock(`/v1/ingest/${inUrl}/${inUrl}`);
    await knock(`/v1/nothing/${inUrl}`);
    await knock(`/v1/callbacks/${inUrl}/${inUrl}`);
    await knock('/v1/brands', { authorization: `Bearer ${phone}` });
    await knock('/v1/brands', { authorization: `Bearer ${this.secrets.adminKey}`, 'content-type': 'text/plain' });
  }

  private async sendStatusCallbacks(): Promise<void> {
    for (const sandbox of this.sandboxes) {
      const { callbacks } = sandbox.definition;
      if (callbacks === undefined) continue;
      const deliveries = await this.client.list(`/v1/brands/acme/deliveries?destination=${sandbox.type}`);
      const { body } = await this.client.ask('GET', `/v1/brands/acme/destinations/${sandbox.type}`);
      const told = sandbox.requests.map((request) => callbacks.urlOf?.(request)).find((url) => url !== undefined);
      const url = told ?? String(at(body, 'callbackUrl'));
      let accepted = 0;
      for (const { payload } of callbackSamples(callbacks, String(deliveries[0]?.['id']))) {
        const planted = withPersonalValues(
          payload,
          this.options.mode === 'standard' ? this.planted.event : this.planted.resolver,
        );
        if ((await sandbox.callBack(url, planted)) < 300) accepted += 1;
      }
      if (accepted === 0)
        throw new Error(`The hub accepted no status callback of the destination type ${sandbox.type}.`);
      await fetch(url, { method: 'POST', body: JSON.stringify({ to: this.planted.event.strangersPhone }) });
    }
    await this.releaseAddresses();
  }

  /** Removes the addresses that status callbacks added to the suppression list, so that later messages are sent. */
  private async releaseAddresses(): Promise<void> {
    const suppressions = await this.client.list('/v1/brands/acme/suppressions');
    if (suppressions.length === 0) throw new Error('No status callback added an address to the suppression list.');
    for (const { id } of suppressions) {
      await this.client.ask('DELETE', `/v1/brands/acme/suppressions/${String(id)}`);
    }
  }

  /** Makes all vendors fail in every way, one way at a time. Each failure response contains the whole request. */
  private async failVendors(): Promise<void> {
    const { phone, email } = this.options.mode === 'standard' ? this.planted.event : this.planted.resolver;
    const ways: readonly (readonly Behaviour[])[] = [
      [
        { kind: 'echo', status: 400 },
        { kind: 'echo', status: 422, headers: { 'x-request-id': phone } },
        { kind: 'echo', status: 500 },
        { kind: 'echo', status: 200 },
        answer(400, `<html><body><p>${phone} &lt;${email}&gt; is not known</p></body></html>`),
        { kind: 'echo', status: 429, headers: { 'retry-after': '1' } },
      ],
      [
        answer(200, idsOf(phone), { 'x-message-id': phone }),
        answer(202, idsOf(email), { 'x-message-id': email }),
        { kind: 'hang' },
        { kind: 'resetAfterRead' },
        { kind: 'resetBeforeRead' },
        throttle(1, { message: `${phone}: too many messages` }),
      ],
    ];
    for (const together of ways) {
      for (const sandbox of this.sandboxes) for (const way of together) sandbox.next(way);
      await this.deliver(together.length);
      for (const sandbox of this.sandboxes) sandbox.clearScript();
      // A successful event is sent between failures, because ten failures in a row would open the circuit breaker.
      await this.deliver();
    }
  }

  private async failLookups(): Promise<void> {
    const { resolver, enrichment } = this.planted;
    const { sandbox } = this.crm;
    const says = (text: string): readonly Behaviour[] => [
      answer(500, { error: text }),
      answer(403, { error: text }),
      answer(200, `<html>${text}</html>`),
      answer(200, { mobile: { odd: text }, email: [text], address: { odd: text } }),
      { kind: 'echo', status: 404 },
      { kind: 'hang' },
      { kind: 'resetBeforeRead' },
    ];
    for (const behaviour of says(resolver.errorText)) sandbox.next(behaviour, 'contact');
    for (const behaviour of says(enrichment.errorText)) {
      for (const route of ['profile', 'lookup']) sandbox.next(behaviour, route);
    }
    await this.deliver(says('').length);
    sandbox.clearScript();
    await this.deliver();
    await this.refuseLookups();
  }

  /** Lets each lookup refuse its credentials, and resumes the lookup after the hub has paused it. */
  private async refuseLookups(): Promise<void> {
    const { resolver, enrichment } = this.planted;
    const path = '/v1/brands/acme/lookups';
    for (const [name, route, text] of [
      ['recipients.resolver', 'contact', resolver.errorText],
      ['enrichment.profile', 'profile', enrichment.errorText],
    ] as const) {
      this.crm.sandbox.next(answer(401, { error: text }), route);
      this.events += 1;
      const customerId = FIRST_CUSTOMER + this.events;
      await this.send(pointsIssued(`points-${String(this.events)}`, customerId, this.planted));
      await until(
        async () => (await this.client.list(path)).some((one) => one['name'] === name && one['paused'] === true),
        {
          what: `the pause of ${name}`,
          timeoutMs: SETTLED_WITHIN_MS,
        },
      );
      await this.client.ask('POST', `${path}/${name}/resume`);
      await this.settled();
    }
  }

  private async callEveryEndpoint(): Promise<void> {
    const brand = '/v1/brands/acme';
    const [eventId] = await this.deliver();
    const { body } = await this.hub.admin('POST', '/v1/keys', { name: 'made', role: 'admin', reveal: true });
    const key = String(at(body, 'key'));
    this.credentials.add(key);
    // A key with `reveal` reads personal values. The test does not record the response to this call, but does record
    // the call's entry in the audit log.
    await this.hub.admin('GET', `${brand}/events/${eventId}?reveal=true`, undefined, {
      authorization: `Bearer ${key}`,
    });
    for (const { type, credentials, settings } of this.sandboxes) {
      await this.client.ask('POST', `${brand}/preview`, { eventId, subscription: `${type}-preset` });
      await this.client.ask('POST', `${brand}/preview`, { eventId, subscription: `${type}-personal` });
      await this.client.ask('POST', `${brand}/destinations/${type}/verify`);
      const refused = { name: `other-${type}`, type, credentials: { ...credentials, odd: 1 }, settings: { odd: 1 } };
      await this.client.ask('POST', `${brand}/destinations`, refused);
      await this.client.ask('POST', `${brand}/destinations`, { ...refused, credentials, settings });
    }
    for (const mapping of ['recorded', 'current']) {
      const filter = { customer: String(FIRST_CUSTOMER + 1) };
      await this.client.ask('POST', `${brand}/replays`, { filter, mapping, includeSucceeded: true, dryRun: true });
    }
    const replay = await this.client.ask('POST', `${brand}/replays`, {
      filter: { status: 'dead', eventType: 'pointsIssued' },
    });
    const path = `${brand}/replays/${String(at(replay.body, 'replay.id'))}`;
    await until(async () => at((await this.hub.admin('GET', path)).body, 'state') === 'done', {
      what: 'the replay to be done',
      timeoutMs: SETTLED_WITHIN_MS,
    });
  }

  /**
   * Makes every route of the vendors, including the token route, repeat the request in its response. This step runs
   * last, because it pauses the destinations.
   */
  private async refuseCredentials(): Promise<void> {
    for (const sandbox of this.sandboxes) {
      for (const route of routesOf(sandbox)) sandbox.always({ kind: 'echo', status: 401 }, route);
    }
    await this.deliver();
    for (const { type } of this.sandboxes) await this.client.ask('POST', `/v1/brands/acme/destinations/${type}/verify`);
  }

  /** Collects the secret credentials of the vendors and the tokens that the vendors issued for them. */
  private async collectCredentials(): Promise<void> {
    for (const { type, credentials, requests } of this.sandboxes) {
      const { body } = await this.hub.admin('GET', `/v1/destination-types/${type}`);
      for (const text of secretTexts(at(body, 'credentials.schema'), credentials)) this.credentials.add(text);
      for (const request of requests) {
        const token = request.bearer();
        if (token !== undefined) this.credentials.add(token);
      }
    }
  }
}

/** Returns fields with a personal value, one for every name under which a vendor may return the id of a message. */
function idsOf(id: string) {
  const message = { id, messageId: id, message_id: id, msgid: id, status: { groupId: 1, name: 'PENDING_ENROUTE' } };
  return {
    ...message,
    sid: id,
    name: `projects/p/messages/${id}`,
    MessageId: id,
    result: 'OK',
    data: message,
    messages: [message],
  };
}

/** Returns the names of a sandbox's routes, by which the test selects where a vendor fails. */
function routesOf({ definition }: Sandbox): readonly string[] {
  const nothing = (): void => undefined;
  const frame = { receive: nothing, mark: nothing, violation: nothing, callBack: nothing };
  return definition.start(frame).map(({ name, sends }) => (sends === true ? 'sends' : name));
}

/** Returns the texts at or below the fields that a JSON Schema marks as secret. */
function secretTexts(schema: unknown, value: unknown): string[] {
  if (at(schema, 'x-secret') === true) return textsIn(value);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) =>
    secretTexts(Array.isArray(value) ? at(schema, 'items') : at(at(schema, 'properties'), name), child),
  );
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
