import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../chaos/support/seeded-random.js';
import { FailoverBed, findingsOf, type FailoverResult } from './failover-bed.js';
import { planFailover, type FailoverCase } from './failover-plan.js';
import { ledgerLines } from './ledger-lines.js';

const HELP = `npm run standby-failover -- [options]

Kills the primary of a PostgreSQL cluster with two standbys under load, promotes the standby that has received more, and
compares the events that were acknowledged, delivered and stored. In every second round, an administrator cancels the waits
of all commits before. Two counter-cases follow, which must lose events: the wrong standby is promoted, and the standbys are
asynchronous.

  --rounds <n>   number of failovers that must lose nothing (default 6)
  --seed <n>     repeat the random choices of a run (default: random, printed)
  --rate <n>     events per second (default 40)
`;

const say = (line: string): void => console.log(line);

/** Runs the campaign that the command line selects. Returns the exit code. */
export async function command(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '6' },
      seed: { type: 'string' },
      rate: { type: 'string', default: '40' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(HELP);
    return 0;
  }
  const [rounds, ratePerSecond] = [Number(values.rounds), Number(values.rate)];
  if (!(Number.isInteger(rounds) && rounds > 0 && ratePerSecond > 0))
    throw new Error('--rounds must be a positive whole number, and --rate a positive number.');
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error('--seed must be a whole number.');
  say(`seed         ${seed}`);
  return (await runFailovers(rounds, new SeededRandom(seed), ratePerSecond)) ? 0 : 1;
}

/** Plays all failovers on one hub. Returns true if all of them had the expected result. */
async function runFailovers(rounds: number, random: SeededRandom, ratePerSecond: number): Promise<boolean> {
  const cases: readonly FailoverCase[] = [
    ...Array.from({ length: rounds }, (_, index) => (index % 2 === 0 ? 'kill' : 'cancelled')),
    ...(['wrong-standby', 'asynchronous'] as const),
  ];
  const bed = await FailoverBed.start({ random: random.fork(), ratePerSecond });
  say('started      a primary, s1 and s2, and two processes of the role all');
  const results: FailoverResult[] = [];
  try {
    for (const [index, failover] of cases.entries()) {
      const result = await bed.play(planFailover(failover, random.fork()), `f${index + 1}`);
      results.push(result);
      const { plan, promoted, verdict } = result;
      say(
        `${String(index + 1).padEnd(12)} ${failover}: ${plan.behind} behind since ${plan.behindMs} ms, promoted ${promoted}, ` +
          `${verdict.acknowledged} acknowledged, ${verdict.lost.length} lost`,
      );
      for (const finding of findingsOf(result).slice(0, 20)) say(`  ${finding}`);
      if (findingsOf(result).length > 0) say(bed.logs);
    }
    const unclean = await bed.stopHubs();
    for (const line of [...ledgerLines(results), ...unclean]) say(line);
    const passed = unclean.length === 0 && results.every((result) => findingsOf(result).length === 0);
    say(passed ? 'passed' : 'FAILED');
    return passed;
  } catch (error) {
    say(bed.logs);
    throw error;
  } finally {
    await bed.close();
  }
}
