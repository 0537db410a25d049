import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DELIVERY_STATES, type DeliveryState } from '@patchbay/core';
import { DELIVERY_ERROR_KINDS } from '@patchbay/plugin-sdk';
import { PROBLEM_TITLES } from '../../apps/hub/src/http/problem.js';
import { ROOT } from '../architecture/tree.js';
import { cell, code, table } from './markdown.js';

/** Meaning of each HTTP status of the API, and what the caller does. The test fails if a status is missing. */
const STATUSES: Readonly<Record<number, string>> = {
  400: 'The request is malformed. Correct what `detail` and `errors` name.',
  401: 'The key, session or secret of the source is missing or wrong.',
  403: 'The role or the brands of the key do not allow the request.',
  404: 'The resource does not exist, or the key does not cover its brand.',
  405: 'The path exists with other methods; the header `allow` lists them.',
  409: 'The request conflicts with the current state: a file manages the object, or the change needs a confirmation.',
  412: 'The object has changed since it was read. Read it again, and repeat the change.',
  413: 'The body is too large. The text gives the limit.',
  414: 'The URL is too long.',
  415: 'The content type is not supported. The API takes `application/json`.',
  422: 'The values are invalid. Each entry of `errors` names a field, and for files also the file and the line.',
  429:
    'Too many requests. From the ingest endpoint: too many events of the source or of all sources wait to be stored, or the database is ' +
    'unavailable. Send the call again after the seconds in `retry-after`.',
  500: 'An error of the hub, which its log describes. The hub stored nothing that it did not acknowledge.',
  503:
    'The database or another system that the request needs, such as Capillary, is unavailable. Repeat after the seconds in ' +
    '`retry-after`; after a change, first check if it was made. The ingest endpoint responds 429 instead. For `/health/live` and `/health/ready`, see [Health](health.md).',
};

const STATES: Readonly<Record<DeliveryState, string>> = {
  scheduled: 'The delivery waits for its time, a retry, or the end of a pause.',
  succeeded: 'The vendor accepted the message. The vendor status tells what became of it.',
  dead: 'The hub gave up: the message was refused, was invalid, or all retries failed. Correct the cause, then redeliver.',
  unconfirmed: 'The vendor may have the message, and repeating it may send it twice. A person decides.',
  superseded: 'A newer delivery with the same order key replaced it.',
  suppressed: 'A rule prevented the message: the suppression list, consent, a cap, or a missing recipient.',
  merged: 'Its message went out as part of a digest.',
  cancelled: 'An event of `cancelOn`, a deleted subscription or an erasure ended it.',
};

/** Returns `docs/errors.md`: HTTP statuses, error kinds of attempts, and states of deliveries. */
export function errorReference(): string {
  const kinds = kindsFromSource();
  return [
    '# Errors and states',
    '',
    '## Answers of the API',
    '',
    'Every error of the API is an [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) document (`application/problem+json`) with `status`,',
    '`title` and `detail`. `detail` says what is wrong and how to correct it. `errors` lists invalid fields: `field`, `detail`, and for a',
    'brand file also `file` and `line`.',
    '',
    '```json',
    '{',
    '  "type": "about:blank",',
    '  "status": 422,',
    '  "title": "Unprocessable Content",',
    '  "detail": "The configuration was refused because of the problems in `errors`; …",',
    '  "errors": [{ "field": "destinations.sms.type", "detail": "…", "file": "brands/acme.yaml", "line": 12 }]',
    '}',
    '```',
    '',
    ...table(
      ['status', 'title', 'meaning'],
      Object.entries(PROBLEM_TITLES).map(([status, title]) => [status, title, cell(STATUSES[Number(status)] ?? '')]),
    ),
    '',
    '## Kinds of failed attempts',
    '',
    'A plugin reports a failed attempt with one of these kinds. The kind alone decides what the hub does next. Lists of deliveries can',
    'be filtered by it: `npx patchbay deliveries acme --error-kind rejected`.',
    '',
    ...table(
      ['kind', 'meaning'],
      DELIVERY_ERROR_KINDS.map((kind) => [code(kind), cell(kinds.get(kind) ?? '')]),
    ),
    '',
    '## States of a delivery',
    '',
    'A scheduled delivery whose destination or lookup is paused is shown as `held`.',
    '',
    ...table(
      ['state', 'meaning'],
      DELIVERY_STATES.map((state) => [code(state), cell(STATES[state])]),
    ),
    '',
  ].join('\n');
}

/** Reads the meaning of each kind from the docstring of the SDK, which plugin authors read. */
function kindsFromSource(): ReadonlyMap<string, string> {
  const source = readFileSync(join(ROOT, 'libs/plugin-sdk/src/delivery-error.ts'), 'utf8');
  const docstring = source.slice(0, source.indexOf('*/')).replaceAll(/\n \* {3}/g, ' ');
  return new Map(
    [...docstring.matchAll(/^ \* - `(\w+)`: (.+)$/gm)].map(([, kind = '', text = '']) => [kind, sentence(text)]),
  );
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
