import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownPostgres, ownRedis, type OwnPostgres } from '@patchbay/testing/services';
import type { Mode } from './brand.js';
import { spellings, type EncodingName } from './encodings.js';
import { NeedleSearch, type Needle } from './needle-search.js';
import { CONTROLS, DELETED, listOf, LONG_EVENT, LONG_ROW, type Planted } from './planted.js';
import { keyOf, leaks, needlesFor, searched, table, type Searched, type Sought } from './report.js';
import { Round } from './round.js';
import { readDump } from './stores/dump.js';
import { readFiles } from './stores/files.js';
import type { Haystack } from './stores/haystack.js';
import { captureOutput } from './stores/output.js';
import { checkpoint, dataFolder, makeDatabase, plantControls } from './stores/postgres.js';
import { writeEverything, type WrittenRedis } from './stores/redis.js';
import { readTexts } from './stores/texts.js';

const PLUGINS = resolve('plugins');
const MODES: readonly Mode[] = ['pii-less', 'standard'];
/** Time limit in milliseconds. The start of the hubs, four rounds and the search take 90 seconds on two idle cores. */
const TIMEOUT_MS = 600_000;

const DUMP = 'PostgreSQL: dump';
const FILES = 'PostgreSQL: files, WAL and log';
const REDIS = 'Redis: RDB, AOF and log';
const LOG = "the hub's log";
const OUTPUT = 'other output';
const ANSWERS = 'answers of the API';
const METRICS = 'metrics';

/** Encodings that occur only in binary stores. All texts of the hub are UTF-8. */
const BINARY: readonly EncodingName[] = ['utf-16', 'integer'];
const TEXT_CONTROLS = CONTROLS.flatMap(({ value }) => spellings(value))
  .filter(({ encoding }) => !BINARY.includes(encoding))
  .map(({ bytes }) => bytes.toString());

/** Control values that the search must find in each store, as proof that the search works there. */
const EVERYWHERE = CONTROLS.flatMap((one) => needlesFor(one, 'control'));
const IN_TEXTS = EVERYWHERE.filter(({ is }) => !BINARY.includes(is.encoding));
const clearOf = (...controls: readonly Planted[]) =>
  controls.flatMap((one) => needlesFor(one, 'control')).filter(({ is }) => is.encoding === 'clear');
const EXPECTED: Readonly<Record<string, readonly { readonly is: Sought }[]>> = {
  [DUMP]: [...EVERYWHERE, ...clearOf(LONG_ROW, LONG_EVENT)],
  [FILES]: [...EVERYWHERE, ...clearOf(LONG_ROW, LONG_EVENT, DELETED)],
  [REDIS]: [...EVERYWHERE, ...clearOf(DELETED)],
  [LOG]: IN_TEXTS,
  [OUTPUT]: IN_TEXTS,
  [ANSWERS]: [...IN_TEXTS, ...clearOf(LONG_EVENT)],
  [METRICS]: IN_TEXTS,
};

/**
 * Returns needles (byte sequences to search for) for the master key: raw and as hex. Base64 is not needed, because the
 * hub stores keys as bytes.
 */
function keyBytes(masterKey: string): readonly Needle<Sought>[] {
  const bytes = Buffer.from(masterKey, 'base64');
  const forms = [bytes, Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('hex').toUpperCase())];
  return forms.map((form) => ({
    bytes: form,
    is: { kind: 'planted', what: 'the bytes of a master key', encoding: 'clear', spelling: form.toString('latin1') },
  }));
}

/**
 * Returns true if a find is a secret in the URL of one of the brand's own systems, in an API response. Viewers of the
 * brand may see these URLs, so this find does not count as a leak.
 */
const isShown = (leak: string): boolean => leak.startsWith(ANSWERS) && leak.includes('secrets.pathSecret');

describe('personal data and credentials after rounds on both queues and in both modes', () => {
  let postgres: OwnPostgres;
  let redis: WrittenRedis | undefined;
  const output = captureOutput();
  const rounds: Round[] = [];
  const results: Searched[] = [];

  beforeAll(async () => {
    postgres = await ownPostgres();
    const server = await ownRedis();
    const redisUrl = 'skipped' in server ? undefined : server.url;
    if (redisUrl !== undefined) redis = await writeEverything(redisUrl);
    const backends = redisUrl === undefined ? [undefined] : [undefined, redisUrl];
    for (const mode of MODES) {
      const both: Round[] = [];
      // The hubs start one after the other, because the NestJS module for BullMQ supports only one backend at a time
      // during its start.
      for (const backend of backends) both.push(await start(mode, backend));
      // The rounds run at the same time, because they mostly wait for vendors that do not respond.
      await Promise.all(both.map(play));
    }
    output.plantControls(TEXT_CONTROLS);
    await redis?.plantControls();
    await redis?.save();
    await checkpoint(postgres.url);
    await search();
  }, TIMEOUT_MS);

  afterAll(async () => {
    output.release();
    await redis?.close();
    await postgres.kill();
    process.stderr.write(`\nfound: controls/planted values, in all their spellings\n${table(results)}\n\n`);
  });

  async function start(mode: Mode, redisUrl: string | undefined): Promise<Round> {
    const round = rounds.length + 1;
    const databaseUrl = await makeDatabase(postgres.url, `round_${String(round)}`);
    await plantControls(databaseUrl);
    const queue = redisUrl === undefined ? {} : { redisUrl };
    const started = await Round.start({ round, mode, pluginsDir: PLUGINS, databaseUrl, ...queue });
    rounds.push(started);
    return started;
  }

  async function play(round: Round): Promise<void> {
    try {
      await round.plantControls(TEXT_CONTROLS);
      await round.play();
    } finally {
      await round.close();
    }
  }

  async function search(): Promise<void> {
    const planted = rounds.flatMap(({ options, planted: { unknown, identity, ...known } }) => [
      ...listOf(known),
      ...(options.mode === 'pii-less' ? listOf({ unknown, identity }) : []),
    ]);
    const secrets = rounds.flatMap((round) => [
      ...listOf({ secrets: round.secrets }),
      ...[...round.credentials].map((value, index) => ({ kind: `credential ${String(index)}`, value })),
    ]);
    const controls = [...CONTROLS, LONG_ROW, LONG_EVENT, DELETED];
    const all = new NeedleSearch([
      ...[...planted, ...secrets].flatMap((one) => needlesFor(one, 'planted')),
      ...rounds.flatMap(({ secrets: { masterKey } }) => keyBytes(masterKey)),
      ...controls.flatMap((one) => needlesFor(one, 'control')),
    ]);
    for (const haystack of await haystacks()) results.push(await searched(haystack, all));
  }

  async function haystacks(): Promise<readonly Haystack[]> {
    const files = await dataFolder(postgres.url);
    return [
      { store: FILES, round: null, read: () => readFiles(files) },
      ...(redis === undefined ? [] : [filesOf(redis)]),
      { store: OUTPUT, round: null, read: () => readTexts(output.texts) },
      ...rounds.flatMap(({ options: { round, databaseUrl }, log, answers, metrics }) => [
        { store: DUMP, round, read: () => readDump(databaseUrl) },
        { store: LOG, round, read: () => readTexts(log) },
        { store: ANSWERS, round, read: () => readTexts(answers) },
        { store: METRICS, round, read: () => readTexts([metrics, ...TEXT_CONTROLS.map((text) => `# HELP ${text}`)]) },
      ]),
    ];
  }

  function filesOf({ folder }: WrittenRedis): Haystack {
    return { store: REDIS, round: null, read: () => readFiles(folder) };
  }

  it('every connector has succeeded and failed', () => {
    for (const { outcomes, metrics } of rounds) {
      expect(outcomes.size).toBeGreaterThan(10);
      for (const [type, states] of outcomes) {
        expect([type, ...states]).toEqual(expect.arrayContaining([type, 'succeeded', 'dead']));
        expect(metrics).toContain(`destination="${type}"`);
      }
    }
  });

  it('finds the controls in every store and in every encoding', () => {
    for (const { store, round, found } of results) {
      const keys = new Set(found.filter(({ kind }) => kind === 'control').map(keyOf));
      const missing = (EXPECTED[store] ?? []).map(({ is }) => keyOf(is)).filter((key) => !keys.has(key));
      expect([store, round, missing]).toEqual([store, round, []]);
    }
    expect(new Set(results.map(({ store }) => store)).size).toBe(redis === undefined ? 6 : 7);
  });

  it('finds no personal value and no credential', () => {
    expect(leaks(results).filter((leak) => !isShown(leak))).toEqual([]);
  });
});
