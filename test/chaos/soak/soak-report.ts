import type { TestBed } from '../support/test-bed.js';
import type { SoakSample } from './flatness.js';
import { soakPassed, type SoakProgress, type SoakResult } from './soak.js';

/** Largest number of findings of one kind that the report prints. */
const MOST_PRINTED = 20;

/** Heading of {@link sampleLine}. */
export const SAMPLE_HEADING =
  '   time  acknowledged  faults  changes  memory MiB  descriptors  connections  waiting MiB  database MiB';

/** Formats a measurement as a row. Memory and descriptors are of the process that has most. */
export function sampleLine({ at, values }: SoakSample, progress: SoakProgress, durationMs: number): string {
  const most = (prefix: string): string => {
    const found = Object.entries(values).flatMap(([name, value]) => (name.startsWith(prefix) ? [value] : []));
    return found.length === 0 ? '-' : Math.max(...found).toFixed(0);
  };
  const size = (name: string): string => values[name]?.toFixed(1) ?? '-';
  const cells: readonly (readonly [string, number])[] = [
    [minutes(at * durationMs), 7],
    [String(progress.acknowledged), 14],
    [String(progress.faults), 8],
    [String(progress.changes), 9],
    [most('memory'), 12],
    [most('descriptors'), 13],
    [most('connections'), 13],
    [size('table deliveries_waiting'), 13],
    [size('database'), 14],
  ];
  return cells.map(([text, width]) => text.padStart(width)).join('');
}

/** Formats the result of a soak. */
export function soakLines(testBed: TestBed, result: SoakResult): readonly string[] {
  const { verdict, progress, flatness, faults, wrongAnswers, busy, bytesPerEvent } = result;
  const { crashes } = testBed.hubs;
  const width = Math.max(0, ...flatness.map(({ name }) => name.length));
  const number = (value: number): string => value.toFixed(1).padStart(8);
  return [
    '',
    `soak: ${soakPassed(testBed, result) ? 'PASSED' : 'FAILED'}`,
    `  events        ${progress.events}, acknowledged ${verdict.acknowledged}, 429 ${busy}, other answers ${wrongAnswers.length}`,
    `  deliveries    ${verdict.delivered} delivered, ${verdict.dead} dead, ${verdict.held} held, from memory ${verdict.fromMemory}`,
    `  lost          ${verdict.lost.length}`,
    `  sent twice    ${verdict.sentTwice} (at most ${verdict.mayBeSentTwice} allowed), wrongly ${verdict.wrong.length}`,
    `  changes       ${progress.changes} of the configuration`,
    `  crashes       ${crashes.length}`,
    `  database      ${Math.round(bytesPerEvent)} bytes per event`,
    `  faults        ${[...faults].map(([name, times]) => `${name} ${times}`).join(', ')}`,
    '',
    `  ${'value'.padEnd(width)}    middle       end     limit`,
    ...flatness.map(
      ({ name, unit, middle, end, limit, isFlat }) =>
        `  ${name.padEnd(width)}  ${number(middle)}  ${number(end)}  ${number(limit)} ${unit}${isFlat ? '' : '  GREW'}`,
    ),
    ...findingLines('LOST', verdict.lost),
    ...findingLines('WRONG', verdict.wrong),
    ...findingLines('ANSWERED', wrongAnswers),
    ...crashes.flatMap(({ name, how, errorLines }) => [
      `CRASH of ${name}: ${how}`,
      ...errorLines.slice(0, MOST_PRINTED),
    ]),
  ];
}

function findingLines(what: string, findings: readonly string[]): readonly string[] {
  return findings.slice(0, MOST_PRINTED).map((finding) => `    ${what}: ${finding}`);
}

function minutes(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
