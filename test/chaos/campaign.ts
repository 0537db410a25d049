import { FAULTS, type Fault } from './faults/index.js';
import { counts, playRound, type RoundResult } from './round.js';
import type { Crash } from './support/fleet.js';
import { SeededRandom } from './support/seeded-random.js';
import { Stage, type Backend } from './support/stage.js';

/** What to play. */
export interface CampaignOptions {
  readonly backend: Backend;
  readonly rounds: number;
  readonly seed: number;
  /** The number of the first round: a round draws by the seed and its number. */
  readonly firstRound: number;
  /** Run the hub from its sources, where nothing is built. */
  readonly fromSources: boolean;
  /** Names of the faults to play; unset: all that can strike here. */
  readonly faults?: readonly string[];
  readonly sabotage?: string;
  readonly say: (line: string) => void;
  /** Told of every round that was played. */
  readonly onRound?: (number: number, result: RoundResult) => void;
}

/** What came of it. */
export interface CampaignResult {
  readonly backend: Backend;
  readonly seed: number;
  readonly rounds: readonly RoundResult[];
  /** Hubs that ended though nobody ended them. */
  readonly crashes: readonly Crash[];
  /** The end of every hub's log. */
  readonly logs: string;
}

/** True where nothing was lost, nothing was sent twice without a reason, nobody crashed and every round counts. */
export function passed({ rounds, crashes }: CampaignResult): boolean {
  return crashes.length === 0 && rounds.every((round) => isClean(round) && counts(round));
}

/** True where the accounts of the round agree. */
export function isClean({ lost, wrong, wrongAnswers }: RoundResult): boolean {
  return lost.length === 0 && wrong.length === 0 && wrongAnswers.length === 0;
}

/** Builds a stage, plays the rounds on it one after the other, and ends everything it has started. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { backend, seed, say } = options;
  const stage = await Stage.build({
    backend,
    say,
    fromSources: options.fromSources,
    random: new SeededRandom(seed),
    ...(options.sabotage === undefined ? {} : { sabotage: options.sabotage }),
  });
  try {
    const faults = faultsFor(stage, options.faults);
    const rounds: RoundResult[] = [];
    for (let number = options.firstRound; number < options.firstRound + options.rounds; number += 1) {
      const result = await playRound(stage, faults, randomOf(seed, number), `${seed}-${number}`);
      rounds.push(result);
      options.onRound?.(number, result);
    }
    const checked = await Promise.all(rounds.map(async (round) => ({ ...round, ...(await round.again()) })));
    return { backend, seed, rounds: checked, crashes: stage.fleet.crashes, logs: stage.fleet.logs() };
  } finally {
    await stage.close();
  }
}

function faultsFor(stage: Stage, names: readonly string[] | undefined): readonly Fault[] {
  const unknown = names?.find((name) => !FAULTS.some((fault) => fault.name === name));
  if (unknown !== undefined) {
    throw new Error(`There is no fault "${unknown}"; there are: ${FAULTS.map(({ name }) => name).join(', ')}.`);
  }
  return FAULTS.filter((fault) => names === undefined || names.includes(fault.name)).filter(
    (fault) => fault.cannot?.(stage) === undefined,
  );
}

function randomOf(seed: number, round: number): SeededRandom {
  return new SeededRandom(Math.imul(seed, 1_000_003) + round);
}
