/**
 * Load generator. In a closed loop it sends as many events as the system accepts. At most `window` events are
 * acknowledged but undelivered, so that ingest does not outrun delivery. In an open loop it sends at a given rate, with
 * random gaps between events, as many independent senders would. Each event of an open loop contains the time at which
 * the event was due.
 */
import { connect } from 'node:net';
import { EventWriter, stampNow, UNMEASURED } from '../workload/event.mjs';
import { ArrivalSchedule } from './arrival-schedule.mjs';
import { ConnectionPool } from './connection-pool.mjs';

const CLOSED_CONNECTIONS = 64;
const OPEN_CONNECTIONS = 256;
const ACCEPTED = 202;

let job;
let accepted = 0;
let refused = 0;
let delivered = 0;
let deliveredBefore = 0;
let problem;
/** Stamps of the accepted events, and the times of their responses. */
let acknowledgements = { stamps: [], times: [] };

class Job {
  #connections;
  #schedule;
  #due = [];
  #writer;
  #heads;
  #nextHead = 0;
  #inFlight = 0;
  #timer;
  #stopped = false;
  #drained = () => undefined;

  /**
   * @param options.perSecond rate of an open loop; undefined for a closed loop
   * @param options.window largest number of undelivered events of a closed loop
   * @param options.connections number of connections of an open loop
   * @param options.measured false if the events contain no stamp, so that the sink does not record them
   */
  constructor(options) {
    this.options = options;
    this.#writer = new EventWriter(options.run);
    const { length } = this.#writer.next(UNMEASURED);
    this.#heads = options.paths.map((path) => Buffer.from(headOf(path, options.headers, length)));
    const { perSecond, connections = OPEN_CONNECTIONS } = options;
    this.#connections = new ConnectionPool(
      options.ports,
      perSecond === undefined ? CLOSED_CONNECTIONS : connections,
      (reason, wasBusy) => {
        problem ??= reason;
        if (wasBusy) this.#ended();
      },
    );
    if (perSecond !== undefined) this.#schedule = new ArrivalSchedule(perSecond, stampNow());
  }

  start() {
    if (this.#schedule === undefined) this.resume();
    else this.#tick();
  }

  /** Sends in a closed loop: sends on every free connection while fewer than `window` events are undelivered. */
  resume() {
    const { window, fanOut } = this.options;
    if (this.#stopped || this.#schedule !== undefined) return;
    while (accepted + this.#inFlight - delivered / fanOut < window) if (!this.#send(stampNow())) return;
  }

  async stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#inFlight > 0) await new Promise((resolve) => (this.#drained = resolve));
    this.#connections.close();
  }

  /** Sends all due events of an open loop. The latency includes the time that an event waits for a free connection. */
  #tick() {
    this.#due.push(...this.#schedule.takeDue(stampNow()));
    this.#sendDue();
    this.#timer = setTimeout(() => this.#tick(), 1);
  }

  #sendDue() {
    let sent = 0;
    while (sent < this.#due.length && this.#send(this.#due[sent])) sent += 1;
    this.#due.splice(0, sent);
  }

  /** Counts a request that has ended. Resolves the wait of the last request after sending has stopped. */
  #ended() {
    this.#inFlight -= 1;
    if (this.#stopped && this.#inFlight === 0) this.#drained();
  }

  /** Sends one event. Returns false if no connection is free. */
  #send(stamp) {
    const connection = this.#connections.take();
    if (connection === undefined) return false;
    this.#inFlight += 1;
    this.#nextHead = (this.#nextHead + 1) % this.#heads.length;
    const { measured = true } = this.options;
    const body = this.#writer.next(measured ? stamp : UNMEASURED);
    connection.send(this.#heads[this.#nextHead], body, (status) => {
      this.#ended();
      this.#connections.release(connection);
      if (status === ACCEPTED) {
        accepted += 1;
        acknowledgements.stamps.push(stamp);
        acknowledgements.times.push(stampNow());
      } else refused += 1;
      if (this.#stopped) return;
      if (this.#schedule === undefined) this.resume();
      else this.#sendDue();
    });
    return true;
  }
}

function headOf(path, headers, length) {
  const lines = Object.entries({ host: '127.0.0.1', 'content-type': 'application/json', ...headers });
  return [
    `POST ${path} HTTP/1.1`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    `content-length: ${length}`,
    '',
    '',
  ].join('\r\n');
}

/** Receives the number of deliveries from the sink. */
function followCounter(port) {
  let rest = Buffer.alloc(0);
  connect({ port, host: '127.0.0.1' })
    .on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      const whole = rest.length - (rest.length % 8);
      if (whole === 0) return;
      delivered = rest.readDoubleLE(whole - 8) - deliveredBefore;
      rest = rest.subarray(whole);
      job?.resume();
    })
    .on('error', () => process.exit(1));
}

const commands = {
  follow: ({ counterPort }) => followCounter(counterPort),
  /** Resets the counts for a new system under test. */
  begin: ({ received }) => {
    accepted = 0;
    refused = 0;
    delivered = 0;
    deliveredBefore = received;
    problem = undefined;
  },
  start: (options) => {
    job = new Job(options);
    job.start();
  },
  /** Begins the measurement: forgets all acknowledgements so far. */
  mark: () => {
    acknowledgements = { stamps: [], times: [] };
  },
  count: () => undefined,
  stop: async () => {
    await job?.stop();
    job = undefined;
  },
  acknowledgements: () => ({
    stamps: Float64Array.from(acknowledgements.stamps),
    times: Float64Array.from(acknowledgements.times),
  }),
};

process.on('message', async ({ command, ...options }) => {
  const result = await commands[command](options);
  process.send({ accepted, refused, problem, result });
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
