import { isClean, passed, type CampaignResult } from './campaign.js';
import type { CheckResult } from './checks/check.js';
import { counts, LEAST_EVENTS, LEAST_IN_FLIGHT, type RoundResult, type Strike } from './round.js';
import { clockTime } from './support/ledger.js';

/** At most so many findings are told in full. */
const TOLD = 20;

/** One line about a round, and one for each thing that is wrong with it. */
export function roundLines(number: number, round: RoundResult): readonly string[] {
  const verdict = isClean(round) ? (counts(round) ? 'ok' : 'does not count') : 'FAILED';
  const weakest = round.strikes.toSorted((a, b) => a.inFlight - b.inFlight)[0];
  const figures = [
    `acknowledged ${round.acknowledged}`,
    `delivered ${round.delivered}`,
    `dead ${round.dead}`,
    `held ${round.held}`,
    `lost ${round.lost.length}`,
    `sent twice ${round.sentTwice} (of ${round.mayBeSentTwice} that may be)`,
    `in flight at least ${weakest?.inFlight ?? 0}`,
    `429 ${round.busy}`,
    `${seconds(round.tookMs)} s (faults ${seconds(round.faultsMs)} s)`,
  ];
  const findings = [
    ...told('LOST', round.lost),
    ...told('WRONG', round.wrong),
    ...told('ANSWERED', round.wrongAnswers),
    ...round.checks.flatMap(({ name, violations }) => told(name.toUpperCase(), violations)),
    ...round.checks.filter(({ seen }) => seen === 0).map(({ name }) => `    "${name}" had nothing to look at`),
    ...round.strikes
      .filter(({ inFlight }) => inFlight < LEAST_IN_FLIGHT)
      .map(({ fault, inFlight }) => `    "${fault}" struck with ${inFlight} in flight; ${LEAST_IN_FLIGHT} are needed`),
    ...(isClean(round) ? [] : round.strikes.map(({ fault, at }) => `    ${clockTime(at)} ${fault}`)),
  ];
  return [`round ${String(number).padStart(3)}: ${verdict}: ${figures.join(', ')}`, ...findings];
}

/** The ledger of a campaign: totals, and how often every fault struck with how much in flight. */
export function campaignLines(result: CampaignResult): readonly string[] {
  const { rounds } = result;
  const total = (of: (round: RoundResult) => number): number => rounds.reduce((sum, round) => sum + of(round), 0);
  const counted = rounds.filter(counts).length;
  return [
    '',
    `queue on ${result.backend}, seed ${result.seed}: ${passed(result) ? 'PASSED' : 'FAILED'}`,
    `  rounds        ${rounds.length}, of which ${counted} count (at least ${LEAST_EVENTS} acknowledged, every fault with at least ${LEAST_IN_FLIGHT} in flight)`,
    `  acknowledged  ${total((round) => round.acknowledged)} events`,
    `  delivered     ${total((round) => round.delivered)}`,
    `  dead          ${total((round) => round.dead)}`,
    `  held          ${total((round) => round.held)}`,
    `  lost          ${total((round) => round.lost.length)}`,
    `  sent twice    ${total((round) => round.sentTwice)}; at most ${total((round) => round.mayBeSentTwice)} were in flight when their lease or their outcome was lost`,
    `  wrongly sent  ${total((round) => round.wrong.length)} (sent twice under "hold", or without a reason)`,
    `  answers       ${total((round) => round.busy)} × 429, ${total((round) => round.wrongAnswers.length)} that are neither 202 nor 429`,
    `  crashes       ${result.crashes.length} (hubs that ended by themselves)`,
    `  clocks        ${[...result.clocks].map(([name, count]) => `${name} ${count}`).join(', ')} (processes by their wall clock)`,
    ...checkLines(rounds.flatMap(({ checks }) => checks)),
    ...faultLines(rounds.flatMap(({ strikes }) => strikes)),
    ...result.crashes.flatMap(({ seat, how, cries }) => [`CRASH of ${seat}: ${how}`, ...cries.slice(0, TOLD)]),
  ];
}

/** One line for each check: what it looked at in all rounds, and how often it failed. */
export function checkLines(checks: readonly CheckResult[]): readonly string[] {
  const names = [...new Set(checks.map(({ name }) => name))];
  const width = Math.max(0, ...names.map((name) => name.length));
  return [
    `  ${'check'.padEnd(width)}  looked at, violations`,
    ...names.map((name) => {
      const results = checks.filter((check) => check.name === name);
      const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
      const figures = [
        ...labelled(
          results.map((result) => result.counts),
          total,
        ),
        ...labelled(
          results.map(({ largest = {} }) => largest),
          (values) => Math.max(...values),
        ),
        `${results[0]?.violation ?? 'wrong'} ${total(results.map(({ violations }) => violations.length))}`,
      ];
      return `  ${name.padEnd(width)}  ${figures.join(', ')}`;
    }),
  ];
}

function labelled(
  figures: readonly Readonly<Record<string, number>>[],
  combine: (values: readonly number[]) => number,
): readonly string[] {
  const labels = [...new Set(figures.flatMap((one) => Object.keys(one)))];
  return labels.map((label) => `${label} ${combine(figures.flatMap((one) => one[label] ?? []))}`);
}

function faultLines(strikes: readonly Strike[]): readonly string[] {
  const names = [...new Set(strikes.map(({ fault }) => fault))].sort();
  const width = Math.max(0, ...names.map((name) => name.length));
  return [
    `  ${'fault'.padEnd(width)}  struck  in flight: least, median, most; seconds before it struck, until it was repaired`,
    ...names.map((name) => {
      const its = strikes.filter(({ fault }) => fault === name);
      const mean = (of: (strike: Strike) => number): string =>
        seconds(its.reduce((sum, strike) => sum + of(strike), 0) / its.length).padStart(5);
      const seen = its.map(({ inFlight }) => inFlight).sort((a, b) => a - b);
      const spread = [seen[0], seen[Math.floor(seen.length / 2)], seen.at(-1)].map((count) =>
        String(count).padStart(5),
      );
      return `  ${name.padEnd(width)}  ${String(seen.length).padStart(6)}  ${spread.join(' ')}  ${mean(({ waitedMs }) => waitedMs)} ${mean(({ repairedMs }) => repairedMs)}`;
    }),
  ];
}

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1);

function told(what: string, findings: readonly string[]): readonly string[] {
  const more = findings.length > TOLD ? [`    ${what}: and ${findings.length - TOLD} more`] : [];
  return [...findings.slice(0, TOLD).map((finding) => `    ${what}: ${finding}`), ...more];
}
