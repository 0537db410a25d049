import http from 'node:http';
import https from 'node:https';
import type { EgressPolicy } from '../egress/egress-policy.js';

/** Connections kept for reuse. */
export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/**
 * An idle connection is dropped before common servers drop it (Node's own after 5 s): a request that meets a closing
 * connection would be cut after it was sent, and so be unconfirmed.
 */
const IDLE_MS = 4_000;
const OPTIONS: http.AgentOptions = {
  keepAlive: true,
  timeout: IDLE_MS,
  maxFreeSockets: 256,
  maxTotalSockets: 2_048,
  scheduling: 'lifo',
};

const byPolicy = new WeakMap<EgressPolicy, Agents>();

/** One pool of connections a policy: a connection that one policy allowed is never used under another. */
export function agentsOf(policy: EgressPolicy): Agents {
  let agents = byPolicy.get(policy);
  if (agents === undefined) {
    agents = { http: new http.Agent(OPTIONS), https: new https.Agent(OPTIONS) };
    byPolicy.set(policy, agents);
  }
  return agents;
}

/** Closes the connections that a policy's clients kept. For shutdown and tests; in-flight requests are cut. */
export function closeConnections(policy: EgressPolicy): void {
  const agents = byPolicy.get(policy);
  agents?.http.destroy();
  agents?.https.destroy();
  byPolicy.delete(policy);
}
