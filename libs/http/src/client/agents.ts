import { Agent, buildConnector, Client, Pool, type Dispatcher } from 'undici';
import type { EgressPolicy } from '../egress/egress-policy.js';
import type { Connection, TrackedDispatch } from './exchange.js';

/**
 * Milliseconds after which an idle connection is closed, before common servers close it (Node's own after 5 s). A
 * request on a connection that is being closed may be cut after it was sent, which makes its outcome unconfirmed.
 * undici's timer is up to a second late.
 */
const IDLE_MS = 3_000;
/** Maximum number of calls in flight to one origin, above the capacity of a worker. */
const MAX_CONNECTIONS = 2_048;
/** Longest wait for a connection, in milliseconds. A request has its own, shorter limit. */
const CONNECT_MS = 120_000;

/** Client options: one request at a time per connection, no time limits of undici, HTTP/1.1. */
const OPTIONS: Client.Options = {
  pipelining: 1,
  allowH2: false,
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: IDLE_MS,
  keepAliveMaxTimeout: IDLE_MS,
};

/** Client that passes its connection to each exchange, which undici itself does not. */
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

/** Returns the connection pool of a policy. A connection opened under one policy is never used under another. */
export function agentOf(policy: EgressPolicy): Agent {
  let agent = byPolicy.get(policy);
  if (agent === undefined) {
    agent = createAgent(policy);
    byPolicy.set(policy, agent);
  }
  return agent;
}

/** Closes the idle connections of a policy and aborts requests in flight. For shutdown and tests. */
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

/** Creates the connector that opens every connection. It connects only to addresses that the policy allows. */
function guardedConnector(policy: EgressPolicy): buildConnector.connector {
  const connect = buildConnector({ allowH2: false, timeout: CONNECT_MS, lookup: policy.lookup });
  return (to, done) => {
    try {
      policy.checkLiteral(to.hostname);
    } catch (error) {
      done(
        error instanceof Error
          ? error
          : new Error('the address could not be checked against the egress rules', { cause: error }),
        null,
      );
      return;
    }
    connect(to, done);
  };
}
