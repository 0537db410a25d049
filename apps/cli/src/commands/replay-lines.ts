import type { JsonObject } from '@patchbay/core';
import { countAt, objectAt, objectsAt, textAt, textsAt } from '../api/json-reading.js';
import type { Paint } from '../output/paint.js';
import { printable } from '../output/printable.js';
import { formatTable } from '../output/table.js';

/** Reasons why a replay creates no delivery for an event, by the name of the reason in the API. */
const SKIPS: readonly (readonly [name: string, words: string])[] = [
  ['notLatest', 'have a later delivery'],
  ['notWanted', 'match no subscription'],
  ['filterBudgetExceeded', 'exceed the filter budget of a subscription'],
  ['destinationGone', 'belong to a deleted destination'],
  ['unreadable', 'cannot be decrypted'],
  ['succeeded', 'succeeded (--include-succeeded sends them again)'],
  ['merged', 'were merged into a digest'],
  ['unconfirmed', 'may have arrived'],
  ['waiting', 'still wait and will be sent anyway'],
];

/** Words for the states of earlier deliveries, by the name of the state in the API. */
const STATES: Readonly<Record<string, string>> = {
  none: 'without an earlier delivery',
  scheduled: 'waiting',
};

/** Returns the number of deliveries in a response. Returns 0 if the response contains no number. */
export function countOf(answer: JsonObject): number {
  return countAt(answer, 'count');
}

/** Formats the result of a dry run: counts, skipped deliveries and a sample. */
export function replayLines(
  answer: JsonObject,
  { differences, paint }: { readonly differences: boolean; readonly paint: Paint },
): readonly string[] {
  const count = countOf(answer);
  const more = answer.countIsExact === false ? 'At least ' : '';
  const head = count === 0 ? 'Nothing to replay.' : `${more}${plural(count)} to replay.`;
  const sample = objectsAt(answer, 'sample');
  const rows = sample.map((one) => [
    textAt(one, 'receivedAt') ?? '',
    textAt(one, 'eventType') ?? '',
    textAt(one, 'subscription') ?? '',
    textAt(one, 'destination') ?? undecided(textsAt(one, 'candidates')),
  ]);
  return [
    head,
    ...stateLines(answer),
    ...skipLines(answer),
    ...(rows.length === 0 ? [] : [formatTable(['RECEIVED', 'EVENT TYPE', 'SUBSCRIPTION', 'DESTINATION'], rows)]),
    ...(count > rows.length && rows.length > 0 ? [`… and ${more.toLowerCase()}${count - rows.length} more`] : []),
    ...(differences ? sample.flatMap((one) => differenceLines(one, paint)) : []),
  ];
}

/** Formats the progress of a replay in one line. */
export function progressLine(replay: JsonObject): string {
  const outcomes = Object.entries(objectAt(replay, 'outcomes') ?? {})
    .map(([state, count]) => `${JSON.stringify(count)} ${printable(state)}`)
    .join(', ');
  const expected = countAt(replay, 'expected');
  const of = replay.expectedIsExact === false ? `${expected}+` : String(expected);
  return `${textAt(replay, 'state') ?? ''}: ${countAt(replay, 'created')} of ${of} created${outcomes === '' ? '' : ` (${outcomes})`}`;
}

function stateLines(answer: JsonObject): readonly string[] {
  const counts = Object.entries(objectAt(answer, 'countByState') ?? {});
  if (counts.length === 0) return [];
  const words = counts.map(([state, count]) => `${JSON.stringify(count)} ${printable(STATES[state] ?? state)}`);
  return [`By the state of the earlier delivery: ${words.join(', ')}.`];
}

function skipLines(answer: JsonObject): readonly string[] {
  const skipped = objectAt(answer, 'skipped');
  if (skipped === undefined) return [];
  return SKIPS.flatMap(([name, words]) => {
    const count = countAt(skipped, name);
    return count === 0 ? [] : [`${count} skipped, because they ${words}.`];
  });
}

function differenceLines(sample: JsonObject, paint: Paint): readonly string[] {
  const difference = objectAt(sample, 'difference');
  if (difference === undefined) return [];
  const name = `${textAt(sample, 'eventId') ?? ''}  ${textAt(sample, 'subscription') ?? ''}`;
  const changed = textsAt(difference, 'changed');
  if (changed.length === 0) return [`${printable(name)}  no difference`];
  return [
    `${printable(name)}  differs in ${printable(changed.join(', '))}`,
    paint.bad(`  recorded ${rendered(difference, 'recorded')}`),
    paint.good(`  current  ${rendered(difference, 'current')}`),
  ];
}

function rendered(difference: JsonObject, which: string): string {
  const version = objectAt(difference, which);
  if (version === undefined) return 'the subscription does not exist';
  const problems = objectsAt(version, 'problems').map(
    (problem) => `${textAt(problem, 'field') ?? ''}: ${textAt(problem, 'message') ?? ''}`,
  );
  return printable([JSON.stringify(version.message ?? null), ...problems].join('; '));
}

function undecided(candidates: readonly string[]): string {
  const names = candidates.length === 0 ? '' : `: ${candidates.join(', ')}`;
  return `undecided, ${candidates.length} candidates${names}`;
}

function plural(count: number): string {
  return count === 1 ? '1 delivery' : `${count} deliveries`;
}
