import { Redis } from 'ioredis';
import { ENCODINGS } from '../encodings.js';
import { CONTROLS, DELETED } from '../planted.js';

/** A Redis whose every write stays readable on disk. */
export interface WrittenRedis {
  /** Where its files are: the log of all writes ever made (AOF), a snapshot, what it logged. */
  readonly folder: string;
  /** Writes the controls: as keys, as values, in a list of fields, and one that is deleted again. */
  plantControls(): Promise<void>;
  /** Writes the snapshot (RDB) and the rest of the log of writes. */
  save(): Promise<void>;
  close(): Promise<void>;
}

/**
 * From now on the Redis keeps every write as it came, what is taken away later too, and compresses nothing. Best of a
 * server that nobody has used yet.
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
