import { FAULTS, type Fault } from './faults/index.js';
import { counts, playRound, type RoundResult } from './round.js';
import type { Crash } from './support/hub-processes.js';
import { SeededRandom } from './support/seeded-random.js';
import type { Backend, TestBed } from './support/test-bed.js';

/** Options of a campaign, which is a series of rounds with injected faults. */
export interface CampaignOptions {
  /**
   * Number of rounds that must count. A round does not count if one of its faults affected nothing; an additional round
   * then replaces it.
   */
  readonly rounds: number;
  readonly seed: number;
  /**
   * Number of the first round, 1 by default. The random choices of a round depend only on the seed and on the round's
   * number.
   */
  readonly firstRound?: number;
  /** Names of the faults to inject. If undefined, the campaign injects all faults that are possible on this machine. */
  readonly faults?: readonly string[];
  /**
   * Number of groups into which the faults are divided. Each round injects one group. The default is 1, so that each
   * round injects all faults.
   */
  readonly groups?: number;
  /** Function that the campaign calls after every round. */
  readonly onRound?: (number: number, result: RoundResult) => void;
}

/** Result of a campaign. */
export interface CampaignResult {
  readonly backend: Backend;
  readonly seed: number;
  /** Number of rounds that had to count for a valid result. */
  readonly wanted: number;
  /** All rounds, including rounds that do not count. */
  readonly rounds: readonly RoundResult[];
  /** Number of processes that were started with each wall clock, by the clock's name. */
  readonly clocks: ReadonlyMap<string, number>;
  /** Hub processes that ended, although the suite did not end them. */
  readonly crashes: readonly Crash[];
  /** Last lines of every hub's log. */
  readonly logs: string;
}

/**
 * Share of additional rounds that a campaign may run, at least two rounds. Some rounds do not count, because on a busy
 * machine a fault may affect nothing.
 */
const SPARE = 0.1;

/** Returns true if no process crashed, no round has a finding, and enough rounds count. */
export function passed({ wanted, rounds, crashes }: CampaignResult): boolean {
  return crashes.length === 0 && rounds.every(isClean) && rounds.filter(counts).length >= wanted;
}

/** Returns true if the records of the round agree and no check found a violation. */
export function isClean({ lost, wrong, wrongAnswers, checks }: RoundResult): boolean {
  const findings = [lost, wrong, wrongAnswers, ...checks.map(({ violations }) => violations)];
  return findings.every(({ length }) => length === 0);
}

/** Plays rounds one after the other. At the end of the campaign, compares the records of all rounds once more. */
export async function runCampaign(testBed: TestBed, options: CampaignOptions): Promise<CampaignResult> {
  const { seed, rounds: wanted, firstRound = 1 } = options;
  const groups = groupsOf(faultsFor(testBed, options.faults), options);
  const most = wanted + Math.max(2, Math.ceil(SPARE * wanted));
  const rounds: RoundResult[] = [];
  for (let counted = 0; counted < wanted && rounds.length < most; counted = rounds.filter(counts).length) {
    const number = firstRound + rounds.length;
    const group = groups[(firstRound - 1 + counted) % groups.length] ?? [];
    const result = await playRound(testBed, group, randomOf(seed, number), `${seed}-${number}`);
    rounds.push(result);
    options.onRound?.(number, result);
  }
  // The rounds are compared one after the other, because parallel comparisons need more connections than the database
  // allows.
  const checked: RoundResult[] = [];
  for (const round of rounds) checked.push({ ...round, ...(await round.again()) });
  const { backend, hubs } = testBed;
  return {
    backend,
    seed,
    wanted,
    rounds: checked,
    clocks: hubs.clocks.started,
    crashes: hubs.crashes,
    logs: hubs.logs(),
  };
}

function faultsFor(testBed: TestBed, names: readonly string[] | undefined): readonly Fault[] {
  const unknown = names?.find((name) => !FAULTS.some((fault) => fault.name === name));
  if (unknown !== undefined) {
    throw new Error(`Unknown fault "${unknown}". Use one of: ${FAULTS.map(({ name }) => name).join(', ')}.`);
  }
  return FAULTS.filter((fault) => names === undefined || names.includes(fault.name)).filter(
    (fault) => fault.cannot?.(testBed) === undefined,
  );
}

/** Divides the faults into groups. The seed decides which group each fault is in. */
function groupsOf(faults: readonly Fault[], { seed, groups = 1 }: CampaignOptions): readonly (readonly Fault[])[] {
  const mixed = randomOf(seed, 0).shuffled(faults);
  return Array.from({ length: groups }, (_, group) => mixed.filter((_fault, index) => index % groups === group));
}

function randomOf(seed: number, round: number): SeededRandom {
  return new SeededRandom(Math.imul(seed, 1_000_003) + round);
}
