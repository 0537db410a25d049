import { randomUUID } from 'node:crypto';
import { freePort } from '@patchbay/embedded';
import { Redis } from 'ioredis';
import { killProcess } from './kill-process.js';
import { findRedisProgram } from './redis-program.js';
import { startRedis, type RedisServer } from './redis-server.js';
import { skip, type Skipped } from './skipped.js';
import { SERVICE_TIMEOUT_MS } from './test-database.js';
import { REDIS_MISSING } from './test-redis.js';
import { until } from './until.js';

/** A Redis Cluster of three masters. They stop at the end of the run. */
export interface RedisCluster {
  /** Ports of the masters on 127.0.0.1. */
  readonly ports: readonly number[];
  /** Returns the number of keys of each master, in the order of {@link ports}. */
  keysPerNode(): Promise<readonly number[]>;
  /** Kills the master with this index. */
  kill(index: number): Promise<void>;
  /** Starts the master with this index again, without its keys. */
  restart(index: number): Promise<void>;
  stop(): Promise<void>;
}

/** Number of slots of a Redis Cluster. */
const SLOTS = 16_384;
const NODES = [0, 1, 2];

interface Node extends RedisServer {
  readonly busPort: number;
}

/** Starts the cluster for one test. If no Redis is installed, prints a warning and returns `Skipped`. */
export async function ownRedisCluster(): Promise<RedisCluster | Skipped> {
  const program = await findRedisProgram();
  if (program === undefined) return skip(REDIS_MISSING);
  const name = `cluster-${randomUUID().slice(0, 8)}`;
  const start = async (index: number, before?: Node): Promise<Node> => {
    // By default, the second port is 10,000 higher than the first, and may not exist.
    const busPort = before?.busPort ?? (await freePort());
    const settings = {
      databases: 1,
      'cluster-enabled': 'yes',
      'cluster-port': busPort,
      'cluster-announce-ip': '127.0.0.1',
      'cluster-node-timeout': 1_000,
    };
    const options = before === undefined ? { settings } : { settings, port: before.port };
    return { ...(await startRedis(program, `${name}-${index}`, options)), busPort };
  };
  const nodes = await Promise.all(NODES.map((index) => start(index)));
  await join(nodes);
  const nodeAt = (index: number): Node => {
    const node = nodes[index];
    if (node === undefined) throw new Error(`The cluster has no node ${index}.`);
    return node;
  };
  return {
    ports: nodes.map(({ port }) => port),
    keysPerNode: () => Promise.all(nodes.map((node) => onNode(node, (client) => client.dbsize()))),
    kill: (index) => killProcess(nodeAt(index).pid),
    restart: async (index) => {
      nodes[index] = await start(index, nodeAt(index));
    },
    stop: async () => {
      for (const { pid } of nodes) await killProcess(pid);
    },
  };
}

/** Divides the slots among the nodes and introduces the nodes to each other, as `redis-cli --cluster create` does. */
async function join(nodes: readonly Node[]): Promise<void> {
  const share = Math.ceil(SLOTS / nodes.length);
  for (const [index, node] of nodes.entries()) {
    await onNode(node, async (client) => {
      await client.call('CLUSTER', 'ADDSLOTSRANGE', index * share, Math.min((index + 1) * share, SLOTS) - 1);
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      for (const { port, busPort } of nodes.slice(0, index)) {
        await client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
      }
    });
  }
  const isReady = (node: Node): Promise<boolean> =>
    onNode(node, async (client) => {
      const info = await client.cluster('INFO');
      return info.includes('cluster_state:ok') && info.includes(`cluster_size:${nodes.length}`);
    });
  await until(async () => (await Promise.all(nodes.map(isReady))).every(Boolean), {
    what: 'the cluster to be ready',
    timeoutMs: SERVICE_TIMEOUT_MS,
  });
}

async function onNode<T>({ port }: Node, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ port, host: '127.0.0.1' });
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}
