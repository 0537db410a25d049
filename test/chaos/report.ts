import { isClean, passed, type CampaignResult } from './campaign.js';
import type { CheckResult } from './checks/check.js';
import { counts, LEAST_EVENTS, LEAST_IN_FLIGHT, type RoundResult, type Injection } from './round.js';
import { clockTime } from './support/ledger.js';

/** Largest number of findings of one kind that the report prints. */
const MOST_PRINTED = 20;

/** Formats a round: one line with the figures of the round, and one line per finding. */
export function roundLines(number: number, round: RoundResult): readonly string[] {
  const verdict = isClean(round) ? (counts(round) ? 'ok' : 'does not count') : 'FAILED';
  const weakest = round.injections.toSorted((a, b) => a.inFlight - b.inFlight)[0];
  const figures = [
    `acknowledged ${round.acknowledged}`,
    `delivered ${round.delivered}`,
    `from memory ${round.fromMemory}`,
    `dead ${round.dead}`,
    `held ${round.held}`,
    `lost ${round.lost.length}`,
    `sent twice ${round.sentTwice} (at most ${round.mayBeSentTwice} allowed)`,
    `in flight at least ${weakest?.inFlight ?? 0}`,
    `429 ${round.busy}`,
    `${seconds(round.tookMs)} s (faults ${seconds(round.faultsMs)} s)`,
  ];
  const findings = [
    ...findingLines('LOST', round.lost),
    ...findingLines('WRONG', round.wrong),
    ...findingLines('ANSWERED', round.wrongAnswers),
    ...round.checks.flatMap(({ name, violations }) => findingLines(name.toUpperCase(), violations)),
    ...round.checks.filter(({ seen }) => seen === 0).map(({ name }) => `    check "${name}" had nothing to evaluate`),
    ...round.injections
      .filter(({ inFlight }) => inFlight < LEAST_IN_FLIGHT)
      .map(
        ({ fault, inFlight }) =>
          `    fault "${fault}" hit ${inFlight} deliveries in flight; ${LEAST_IN_FLIGHT} are required`,
      ),
    ...(isClean(round) ? [] : round.injections.map(({ fault, at }) => `    ${clockTime(at)} ${fault}`)),
  ];
  return [`round ${String(number).padStart(3)}: ${verdict}: ${figures.join(', ')}`, ...findings];
}

/** Formats the result of a campaign: totals, checks, faults and crashes. */
export function campaignLines(result: CampaignResult): readonly string[] {
  const { rounds } = result;
  const total = (of: (round: RoundResult) => number): number => rounds.reduce((sum, round) => sum + of(round), 0);
  const counted = rounds.filter(counts).length;
  return [
    '',
    `queue on ${result.backend}, seed ${result.seed}: ${passed(result) ? 'PASSED' : 'FAILED'}`,
    `  rounds        ${rounds.length}, of which ${counted} count (at least ${LEAST_EVENTS} events acknowledged, every fault with at least ${LEAST_IN_FLIGHT} deliveries in flight)`,
    `  acknowledged  ${total((round) => round.acknowledged)} events`,
    `  delivered     ${total((round) => round.delivered)}`,
    `  from memory   ${total((round) => round.fromMemory)} (attempted by the process that stored the event)`,
    `  dead          ${total((round) => round.dead)}`,
    `  held          ${total((round) => round.held)}`,
    `  lost          ${total((round) => round.lost.length)}`,
    `  sent twice    ${total((round) => round.sentTwice)} (at most ${total((round) => round.mayBeSentTwice)} allowed, because their lease ended or their outcome was lost)`,
    `  wrongly sent  ${total((round) => round.wrong.length)} (sent twice under "hold", or without a reason)`,
    `  answers       ${total((round) => round.busy)} × 429, ${total((round) => round.wrongAnswers.length)} other than 202 and 429`,
    `  crashes       ${result.crashes.length} (hub processes that ended by themselves)`,
    `  clocks        ${[...result.clocks].map(([name, count]) => `${name} ${count}`).join(', ')} (number of processes by wall clock)`,
    ...checkLines(rounds.flatMap(({ checks }) => checks)),
    ...faultLines(rounds.flatMap(({ injections }) => injections)),
    ...result.crashes.flatMap(({ name, how, errorLines }) => [
      `CRASH of ${name}: ${how}`,
      ...errorLines.slice(0, MOST_PRINTED),
    ]),
  ];
}

/** Formats one line per check: its figures over all rounds, and the number of violations. */
export function checkLines(checks: readonly CheckResult[]): readonly string[] {
  const names = [...new Set(checks.map(({ name }) => name))];
  const width = Math.max(0, ...names.map((name) => name.length));
  return [
    `  ${'check'.padEnd(width)}  evaluated, violations`,
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

function faultLines(injections: readonly Injection[]): readonly string[] {
  const names = [...new Set(injections.map(({ fault }) => fault))].sort();
  const width = Math.max(0, ...names.map((name) => name.length));
  return [
    `  ${'fault'.padEnd(width)}   times  in flight: min, median, max; mean seconds until injected, until repaired`,
    ...names.map((name) => {
      const its = injections.filter(({ fault }) => fault === name);
      const mean = (of: (injection: Injection) => number): string =>
        seconds(its.reduce((sum, injection) => sum + of(injection), 0) / its.length).padStart(5);
      const seen = its.map(({ inFlight }) => inFlight).sort((a, b) => a - b);
      const spread = [seen[0], seen[Math.floor(seen.length / 2)], seen.at(-1)].map((count) =>
        String(count).padStart(5),
      );
      return `  ${name.padEnd(width)}  ${String(seen.length).padStart(6)}  ${spread.join(' ')}  ${mean(({ waitedMs }) => waitedMs)} ${mean(({ repairedMs }) => repairedMs)}`;
    }),
  ];
}

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1);

function findingLines(what: string, findings: readonly string[]): readonly string[] {
  const more = findings.length > MOST_PRINTED ? [`    ${what}: and ${findings.length - MOST_PRINTED} more`] : [];
  return [...findings.slice(0, MOST_PRINTED).map((finding) => `    ${what}: ${finding}`), ...more];
}
