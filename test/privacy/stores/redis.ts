import { Redis } from 'ioredis';
import { ENCODINGS } from '../encodings.js';
import { CONTROLS, DELETED } from '../planted.js';

/** Redis server that keeps every write on disk, in readable form. */
export interface WrittenRedis {
  /** Directory of the server's files: append-only file (AOF), snapshot and log. */
  readonly folder: string;
  /** Writes the control values: as keys, as values, in a hash, and in an entry that is then deleted. */
  plantControls(): Promise<void>;
  /** Writes the snapshot (RDB) and flushes the append-only file. */
  save(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Configures Redis to keep every write uncompressed on disk, including data that is deleted later. The server must not
 * contain data yet.
 */
export async function writeEverything(url: string): Promise<WrittenRedis> {
  const redis = new Redis(url);
  await redis.config('SET', 'rdbcompression', 'no', 'auto-aof-rewrite-percentage', '0');
  await redis.config('SET', 'appendfsync', 'always', 'appendonly', 'yes');
  const configured = (await redis.config('GET', 'dir')) as readonly string[];
  return {
    folder: configured[1] ?? '',
    plantControls: async () => {
      for (const { value } of CONTROLS) {
        for (const [index, bytes] of ENCODINGS.flatMap(({ spell }) => spell(value)).entries()) {
          await redis.set(Buffer.concat([Buffer.from('control:'), bytes]), bytes);
          await redis.hset('control', String(index), bytes);
        }
      }
      await redis.set('control:deleted', DELETED.value);
      await redis.del('control:deleted');
    },
    save: async () => {
      await redis.save();
    },
    close: async () => {
      await redis.quit();
    },
  };
}
