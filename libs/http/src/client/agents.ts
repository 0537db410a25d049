import { Agent, buildConnector, Client, Pool, type Dispatcher } from 'undici';
import type { EgressPolicy } from '../egress/egress-policy.js';
import type { Connection, TrackedDispatch } from './exchange.js';

/**
 * An idle connection is dropped before common servers drop it (Node's own after 5 s): a request that meets a closing
 * connection would be cut after it was sent, and so be unconfirmed. undici's clock is up to a second late.
 */
const IDLE_MS = 3_000;
/** Calls in flight to one origin; more than a worker has altogether. */
const MAX_CONNECTIONS = 2_048;
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

/** A client that passes its connection to each exchange, which undici itself does not. */
class TrackedClient extends Client {
  private readonly connection: Connection;

  constructor(origin: string | URL, options: Client.Options, connect: buildConnector.connector) {
    const connection: Connection = { socket: null };
    super(origin, {
      ...options,
      connect: (to, done) => {
        connect(to, (...made) => {
          connection.socket = made[1];
          done(...made);
        });
      },
    });
    this.connection = connection;
  }

  override dispatch(options: TrackedDispatch, handler: Dispatcher.DispatchHandler): boolean {
    options.exchange.setConnection(this.connection);
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
        connections: MAX_CONNECTIONS,
        factory: (to) => new TrackedClient(to, OPTIONS, connect),
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
