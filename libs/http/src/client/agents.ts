import { Agent, buildConnector, Client, Pool, type Dispatcher } from 'undici';
import type { EgressPolicy } from '../egress/egress-policy.js';
import type { Line, WatchedDispatch } from './exchange.js';

/**
 * An idle connection is dropped before common servers drop it (Node's own after 5 s): a request that meets a closing
 * connection would be cut after it was sent, and so be unconfirmed. undici's clock is up to a second late.
 */
const IDLE_MS = 3_000;
/** Calls in flight to one origin; more than a worker has altogether. */
const MOST_CONNECTIONS = 2_048;
/** What a connection that is never made may be waited for; a request has its own, shorter limit. */
const CONNECT_MS = 120_000;

/** One request at a time on a connection, no time limits but our own, HTTP/1.1. */
const OPTIONS: Client.Options = {
  pipelining: 1,
  allowH2: false,
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: IDLE_MS,
  keepAliveMaxTimeout: IDLE_MS,
};

/** A connection that tells the exchange which goes by it what it goes by: undici itself does not. */
class WatchedClient extends Client {
  private readonly line: Line;

  constructor(origin: string | URL, options: Client.Options, connect: buildConnector.connector) {
    const line: Line = { socket: null };
    super(origin, {
      ...options,
      connect: (to, done) => {
        connect(to, (...made) => {
          line.socket = made[1];
          done(...made);
        });
      },
    });
    this.line = line;
  }

  override dispatch(options: WatchedDispatch, handler: Dispatcher.DispatchHandler): boolean {
    options.exchange.goesBy(this.line);
    return super.dispatch(options, handler);
  }
}

const byPolicy = new WeakMap<EgressPolicy, Agent>();

/** The connections of a policy: one that a policy allowed is never used under another. */
export function agentOf(policy: EgressPolicy): Agent {
  let agent = byPolicy.get(policy);
  if (agent === undefined) {
    agent = createAgent(policy);
    byPolicy.set(policy, agent);
  }
  return agent;
}

/** Closes the connections that a policy's clients kept. For shutdown and tests; in-flight requests are cut. */
export function closeConnections(policy: EgressPolicy): void {
  void byPolicy.get(policy)?.destroy();
  byPolicy.delete(policy);
}

function createAgent(policy: EgressPolicy): Agent {
  const connect = guardedConnector(policy);
  return new Agent({
    factory: (origin) =>
      new Pool(origin, {
        connections: MOST_CONNECTIONS,
        factory: (to) => new WatchedClient(to, OPTIONS, connect),
      }),
  });
}

/** Connects to no address that the policy has not let through: every connection is made here. */
function guardedConnector(policy: EgressPolicy): buildConnector.connector {
  const connect = buildConnector({ allowH2: false, timeout: CONNECT_MS, lookup: policy.lookup });
  return (to, done) => {
    try {
      policy.checkLiteral(to.hostname);
    } catch (error) {
      done(error instanceof Error ? error : new Error('the address could not be checked', { cause: error }), null);
      return;
    }
    connect(to, done);
  };
}
