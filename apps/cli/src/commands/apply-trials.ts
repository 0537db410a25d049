import type { JsonObject } from '@patchbay/core';
import { apiPath } from '../api/api-path.js';
import type { HubClient } from '../api/hub-client.js';
import { isJsonObject, numberAt, objectAt, objectsAt, textAt, textsAt } from '../api/json-reading.js';
import { CliError } from '../cli-error.js';
import type { ReadBrandFile } from '../files/brand-files.js';
import { printable } from '../output/printable.js';
import { changeLine } from './field-change-lines.js';

/** Maximum number of subscriptions that are tried, and of events that are printed per subscription. */
const MAX_TRIED = 50;
const MAX_PRINTED = 5;
/** Timeout in milliseconds. The hub ends a trial earlier. */
const TIMEOUT_MS = 120_000;

const COUNTS: readonly (readonly [name: string, text: string])[] = [
  ['newlyMatched', 'newly matched'],
  ['noLongerMatched', 'no longer matched'],
  ['changed', 'with another message'],
  ['unchanged', 'unchanged'],
  ['notMatched', 'not matched'],
  [
    'undetermined',
    'undetermined (the filter or the route reads a personal value, or data that a trial does not fetch)',
  ],
];

/** Trial of one changed subscription. */
export interface AppliedTrial {
  /** Name with the brand: `acme/points-sms`. */
  readonly subscription: string;
  /** Answer of the hub. Absent if the subscription could not be tried. */
  readonly trial?: JsonObject;
  /** Reason why the subscription could not be tried. */
  readonly reason?: string;
}

/**
 * Tries the changed subscriptions of brand files on the newest events of the hub.
 * @param changes changes of a dry run
 * @param last number of events per subscription
 */
export async function tryChanges(
  client: HubClient,
  files: readonly ReadBrandFile[],
  changes: readonly JsonObject[],
  last: number,
): Promise<readonly AppliedTrial[]> {
  const changed = changes.filter(isChangedSubscription).map((change) => textAt(change, 'name') ?? '');
  const created = new Set(changes.filter(isNewBrand).map((change) => textAt(change, 'name') ?? ''));
  const trials: AppliedTrial[] = [];
  for (const subscription of changed.slice(0, MAX_TRIED)) {
    const [brand = '', name = ''] = subscription.split('/');
    if (created.has(brand)) trials.push({ subscription, reason: 'not tried: the brand is new, so it has no events' });
    else trials.push({ subscription, ...(await tryDraft(client, brand, draftOf(files, brand, name), last)) });
  }
  const reason = `not tried: only the first ${MAX_TRIED} changed subscriptions are tried`;
  return [...trials, ...changed.slice(MAX_TRIED).map((subscription) => ({ subscription, reason }))];
}

function isNewBrand(change: JsonObject): boolean {
  return textAt(change, 'kind') === 'brand' && textAt(change, 'action') === 'create';
}

function isChangedSubscription(change: JsonObject): boolean {
  return (
    textAt(change, 'kind') === 'subscription' && ['create', 'update', 'enable'].includes(textAt(change, 'action') ?? '')
  );
}

function draftOf(files: readonly ReadBrandFile[], brand: string, name: string): JsonObject | undefined {
  const contents = files.map(({ source }) => source.content);
  const content = contents.find((one) => isJsonObject(one) && one.brand === brand);
  const subscription = objectAt(objectAt(isJsonObject(content) ? content : undefined, 'subscriptions'), name);
  return subscription === undefined ? undefined : { ...subscription, name };
}

async function tryDraft(
  client: HubClient,
  brand: string,
  draft: JsonObject | undefined,
  last: number,
): Promise<Omit<AppliedTrial, 'subscription'>> {
  if (draft === undefined) return { reason: 'not tried: it is not in the files' };
  try {
    const path = apiPath('/v1/brands/{brand}/trials', { brand });
    return { trial: await client.post(path, { draft, last }, { timeoutMs: TIMEOUT_MS }) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const details = error.problems.map(({ field, message }) => `${field}: ${message}`);
    return { reason: `not tried, because the stored brand does not fit: ${[error.message, ...details].join(' ')}` };
  }
}

/** Formats a trial: the number of events per effect, and the newest events that are treated differently. */
export function trialLines({ subscription, trial, reason }: AppliedTrial): readonly string[] {
  if (trial === undefined) return [`${printable(subscription)}: ${printable(reason ?? '', 1_000)}`];
  const counts = objectAt(trial, 'counts') ?? {};
  const parts = COUNTS.flatMap(([name, text]) => {
    const count = numberAt(counts, name);
    return count === '?' || count === 0 ? [] : [`${count} ${text}`];
  });
  const invalid = numberAt(counts, 'cannotBeMade');
  const events = numberAt(trial, 'events');
  const end = trial.isComplete === false ? ' (a limit of time or size ended the trial)' : '';
  const samples = objectsAt(trial, 'samples');
  const others = samples.length - MAX_PRINTED;
  return [
    `${printable(subscription)} on the newest ${events} events${end}: ${parts.join(', ') || 'no event'}`,
    ...(invalid === 0 || invalid === '?' ? [] : [`  ${invalid} messages cannot be made`]),
    ...samples.slice(0, MAX_PRINTED).flatMap(sampleLines),
    ...(others > 0 ? [`  and ${others} more events; see them in the console, or with --json`] : []),
  ];
}

function sampleLines(sample: JsonObject): readonly string[] {
  const [before, after] = [objectAt(sample, 'before'), objectAt(sample, 'after')];
  const title = ['receivedAt', 'type', 'eventId'].map((name) => printable(textAt(sample, name) ?? '')).join(' ');
  const effect = COUNTS.find(([name]) => name === sample.change)?.[1] ?? '';
  const paths = textsAt(sample, 'changed');
  const problems = objectsAt(after, 'problems').map(
    (one) => `    ! ${printable(textAt(one, 'field') ?? '')}: ${printable(textAt(one, 'message') ?? '', 500)}`,
  );
  const isOneSided = before === undefined || after === undefined;
  const changes = isOneSided
    ? [changeLine('message', before?.message, after?.message)]
    : paths
        .filter((path) => !path.startsWith('problems'))
        .map((path) => changeLine(path, at(before, path), at(after, path)));
  return [`  ${title}: ${effect}`, ...changes, ...problems];
}

/** Returns the value at a dotted path. Undefined if there is none. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((found: unknown, name) => {
    return isJsonObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }, value);
}
