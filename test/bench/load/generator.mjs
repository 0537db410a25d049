/**
 * Load generator. In a closed loop it sends as many events as the system accepts. At most `window` events are
 * acknowledged but undelivered, so that ingest does not outrun delivery. In an open loop it sends at a given rate, with
 * random gaps between events, as many independent senders would. Each event of an open loop contains the time at which
 * the event was due.
 */
import { connect } from 'node:net';
import { EventWriter, stampNow } from '../workload/event.mjs';
import { Connection } from './connection.mjs';

const CLOSED_CONNECTIONS = 64;
const OPEN_CONNECTIONS = 256;
const ACCEPTED = 202;

/** Pseudo-random number generator (mulberry32), so that the gaps between events are the same in every run. */
function seededRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

let job;
let accepted = 0;
let refused = 0;
let delivered = 0;
let latencies = [];
let problem;

class Job {
  #idle = [];
  #connections = new Set();
  #due = [];
  #writer;
  #heads;
  #nextHead = 0;
  #inFlight = 0;
  #timer;
  #random = seededRandom(20_261_124);
  #stopped = false;
  #drained = () => undefined;

  constructor(options) {
    this.options = options;
    this.#writer = new EventWriter(options.run);
    const { length } = this.#writer.next(stampNow());
    this.#heads = options.paths.map((path) => Buffer.from(headOf(path, options.headers, length)));
    const count = options.perSecond === undefined ? CLOSED_CONNECTIONS : OPEN_CONNECTIONS;
    for (let n = 0; n < count; n++) this.#connect();
  }

  start() {
    if (this.options.perSecond === undefined) this.resume();
    else this.#tick(stampNow());
  }

  /** Sends in a closed loop: sends on every free connection while fewer than `window` events are undelivered. */
  resume() {
    const { perSecond, window, fanOut } = this.options;
    if (this.#stopped || perSecond !== undefined) return;
    while (this.#idle.length > 0 && accepted + this.#inFlight - delivered / fanOut < window) this.#send(stampNow());
  }

  async stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#inFlight > 0) await new Promise((resolve) => (this.#drained = resolve));
    for (const connection of this.#connections) connection.close();
  }

  /**
   * Opens a connection. If the system closes the idle connection, opens another connection; otherwise records the
   * reason as a problem.
   */
  #connect() {
    const connection = new Connection(this.options.port, ({ wasBusy, wasUp, reason }) => {
      this.#connections.delete(connection);
      this.#idle = this.#idle.filter((other) => other !== connection);
      if (wasBusy) this.#ended();
      if (wasBusy || !wasUp) problem ??= reason;
      else this.#connect();
    });
    this.#connections.add(connection);
    this.#idle.push(connection);
  }

  /** Sends all due events of an open loop. The latency includes the time that an event waits for a free connection. */
  #tick(dueAt) {
    let next = dueAt;
    for (const now = stampNow(); next <= now; next += this.#gap()) {
      if (this.#idle.length > 0) this.#send(next);
      else this.#due.push(next);
    }
    this.#timer = setTimeout(() => this.#tick(next), 1);
  }

  /** Counts a request that has ended. Resolves the wait of the last request after sending has stopped. */
  #ended() {
    this.#inFlight -= 1;
    if (this.#stopped && this.#inFlight === 0) this.#drained();
  }

  #gap() {
    return (-Math.log(1 - this.#random()) * 1_000_000) / this.options.perSecond;
  }

  #send(exactStamp) {
    const stamp = Math.round(exactStamp);
    const connection = this.#idle.pop();
    this.#inFlight += 1;
    this.#nextHead = (this.#nextHead + 1) % this.#heads.length;
    connection.send(this.#heads[this.#nextHead], this.#writer.next(stamp), (status) => {
      this.#ended();
      this.#idle.push(connection);
      if (status === ACCEPTED) accepted += 1;
      else refused += 1;
      latencies.push(stampNow() - stamp);
      if (this.#stopped) return;
      if (this.#due.length > 0) this.#send(this.#due.shift());
      else this.resume();
    });
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
let deliveredBefore = 0;

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
  mark: () => {
    latencies = [];
  },
  stop: async () => {
    await job?.stop();
    job = undefined;
  },
  latencies: () => Float64Array.from(latencies),
};

process.on('message', async ({ command, ...options }) => {
  const result = await commands[command](options);
  process.send({ accepted, refused, problem, latencies: command === 'latencies' ? result : undefined });
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
