import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { passed, runCampaign, type CampaignOptions } from './campaign.js';
import { campaignLines, roundLines } from './report.js';
import { counts } from './round.js';
import { BACKENDS, TestBed } from './support/test-bed.js';

/** Time limit of each test. On two idle cores the whole file takes two minutes. */
const TIMEOUT_MS = 600_000;
const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(1, 1_000_000));
/**
 * Queue backend of this run. One run uses only one backend, because starting hubs takes most of the time. `npm run
 * chaos` uses both backends.
 */
const backend = BACKENDS[seed % BACKENDS.length] ?? 'postgres';

/** Time limits that are long enough for a busy machine. `npm run chaos` has strict limits. */
const PATIENCE = { stallMs: 120_000, withoutRedisMs: 120_000 };

/** Number of groups of faults. Each round injects one group. */
const GROUPS = 3;

// `npm run chaos` runs more rounds of these tests.
describe('a hub whose processes and services fail', () => {
  let testBed: TestBed;
  const lines: string[] = [];

  beforeAll(async () => {
    process.stderr.write(`chaos: queue on ${backend}; to repeat this run, set CHAOS_SEED=${seed}\n`);
    testBed = await TestBed.build({
      backend,
      fromSources: false,
      spares: 1,
      patience: PATIENCE,
      seed,
      say: (line) => process.stderr.write(`\n  ${line}\n\n`),
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => testBed.close(), SERVICE_TIMEOUT_MS);

  async function play(options: CampaignOptions): Promise<void> {
    lines.length = 0;
    const result = await runCampaign(testBed, {
      ...options,
      onRound: (number, round) => lines.push(...roundLines(number, round)),
    });
    if (!passed(result)) throw new Error([...lines, ...campaignLines(result), result.logs].join('\n'));
    expect(result.rounds.filter(counts)).toHaveLength(options.rounds);
  }

  it(
    'loses nothing and sends nothing twice without a reason when every fault occurs once',
    () => play({ seed: 7, rounds: GROUPS, groups: GROUPS }),
    TIMEOUT_MS,
  );

  it(
    'loses nothing and sends nothing twice without a reason in a round with a random seed',
    () => play({ seed, rounds: 1, groups: 2 * GROUPS }),
    TIMEOUT_MS,
  );
});
