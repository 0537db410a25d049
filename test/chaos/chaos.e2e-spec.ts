import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { passed, runCampaign, type CampaignOptions } from './campaign.js';
import { campaignLines, roundLines } from './report.js';
import { counts } from './round.js';
import { BACKENDS, TestBed } from './support/test-bed.js';

/** On a machine with nothing else to do the whole file takes half a minute. */
const TIMEOUT_MS = 600_000;
const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(1, 1_000_000));
/** Starting hubs takes most of the time, so one run has one backend; `npm run chaos` plays on both. */
const backend = BACKENDS[seed % BACKENDS.length] ?? 'postgres';

/** A busy machine must not fail a test: `npm run chaos` has limits that mean something. */
const PATIENCE = { stallMs: 120_000, withoutRedisMs: 120_000 };

/** The faults are dealt out over so many rounds. */
const HANDS = 3;

// The long form is `npm run chaos`.
describe('a hub around which everything breaks', () => {
  let testBed: TestBed;
  const heard: string[] = [];

  beforeAll(async () => {
    process.stderr.write(`chaos: queue on ${backend}; to see this run again: CHAOS_SEED=${seed}\n`);
    testBed = await TestBed.build({
      backend,
      fromSources: true,
      spares: 1,
      patience: PATIENCE,
      seed,
      say: (line) => process.stderr.write(`\n  ${line}\n\n`),
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => testBed.close(), SERVICE_TIMEOUT_MS);

  async function play(options: CampaignOptions): Promise<void> {
    heard.length = 0;
    const result = await runCampaign(testBed, {
      ...options,
      onRound: (number, round) => heard.push(...roundLines(number, round)),
    });
    if (!passed(result)) throw new Error([...heard, ...campaignLines(result), result.logs].join('\n'));
    expect(result.rounds.filter(counts)).toHaveLength(options.rounds);
  }

  it(
    'loses nothing and sends nothing twice without a reason, every fault once',
    () => play({ seed: 7, rounds: HANDS, hands: HANDS }),
    TIMEOUT_MS,
  );

  it('nor in a round that nobody has seen before', () => play({ seed, rounds: 1, hands: 2 * HANDS }), TIMEOUT_MS);
});
