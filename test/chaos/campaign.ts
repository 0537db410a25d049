import { FAULTS, type Fault } from './faults/index.js';
import { counts, playRound, type RoundResult } from './round.js';
import type { Crash } from './support/hub-processes.js';
import { SeededRandom } from './support/seeded-random.js';
import type { Backend, TestBed } from './support/test-bed.js';

/** What to play. */
export interface CampaignOptions {
  /** Rounds that count; one that does not, since a fault struck nothing, is played again with other draws. */
  readonly rounds: number;
  readonly seed: number;
  /** The number of the first round, 1 unless told: a round draws by the seed and its number. */
  readonly firstRound?: number;
  /** Names of the faults to play; unset: all that can strike here. */
  readonly faults?: readonly string[];
  /** Deal the faults out into so many hands, one a round in turn; 1 unless told: every round plays all of them. */
  readonly hands?: number;
  /** Told of every round that was played. */
  readonly onRound?: (number: number, result: RoundResult) => void;
}

/** What came of it. */
export interface CampaignResult {
  readonly backend: Backend;
  readonly seed: number;
  /** So many were asked for. */
  readonly wanted: number;
  /** Those that were played, also those that do not count. */
  readonly rounds: readonly RoundResult[];
  /** Processes by their wall clock. */
  readonly clocks: ReadonlyMap<string, number>;
  /** Hubs that ended though nobody ended them. */
  readonly crashes: readonly Crash[];
  /** The end of every hub's log. */
  readonly logs: string;
}

/** Of the rounds that are asked for, so many more may strike nothing, and two in any case: a machine that is busy does that. */
const SPARE = 0.1;

/** True where nothing was lost, nothing was sent twice without a reason, nobody crashed and enough rounds count. */
export function passed({ wanted, rounds, crashes }: CampaignResult): boolean {
  return crashes.length === 0 && rounds.every(isClean) && rounds.filter(counts).length >= wanted;
}

/** True where the accounts of the round agree and every check found nothing. */
export function isClean({ lost, wrong, wrongAnswers, checks }: RoundResult): boolean {
  const findings = [lost, wrong, wrongAnswers, ...checks.map(({ violations }) => violations)];
  return findings.every(({ length }) => length === 0);
}

/** Plays rounds on a test bed, one after the other, and compares all their accounts once more at the end. */
export async function runCampaign(testBed: TestBed, options: CampaignOptions): Promise<CampaignResult> {
  const { seed, rounds: wanted, firstRound = 1 } = options;
  const hands = handsOf(faultsFor(testBed, options.faults), options);
  const most = wanted + Math.max(2, Math.ceil(SPARE * wanted));
  const rounds: RoundResult[] = [];
  for (let counted = 0; counted < wanted && rounds.length < most; counted = rounds.filter(counts).length) {
    const number = firstRound + rounds.length;
    const hand = hands[(firstRound - 1 + counted) % hands.length] ?? [];
    const result = await playRound(testBed, hand, randomOf(seed, number), `${seed}-${number}`);
    rounds.push(result);
    options.onRound?.(number, result);
  }
  // One after the other: all at once would be more than the database has connections for.
  const checked: RoundResult[] = [];
  for (const round of rounds) checked.push({ ...round, ...(await round.again()) });
  const { backend, hubs } = testBed;
  return {
    backend,
    seed,
    wanted,
    rounds: checked,
    clocks: hubs.clocks.dealt,
    crashes: hubs.crashes,
    logs: hubs.logs(),
  };
}

function faultsFor(testBed: TestBed, names: readonly string[] | undefined): readonly Fault[] {
  const unknown = names?.find((name) => !FAULTS.some((fault) => fault.name === name));
  if (unknown !== undefined) {
    throw new Error(`There is no fault "${unknown}"; there are: ${FAULTS.map(({ name }) => name).join(', ')}.`);
  }
  return FAULTS.filter((fault) => names === undefined || names.includes(fault.name)).filter(
    (fault) => fault.cannot?.(testBed) === undefined,
  );
}

/** Every fault is in one hand, and in which one the seed says. */
function handsOf(faults: readonly Fault[], { seed, hands = 1 }: CampaignOptions): readonly (readonly Fault[])[] {
  const mixed = randomOf(seed, 0).shuffled(faults);
  return Array.from({ length: hands }, (_, hand) => mixed.filter((_fault, index) => index % hands === hand));
}

function randomOf(seed: number, round: number): SeededRandom {
  return new SeededRandom(Math.imul(seed, 1_000_003) + round);
}
