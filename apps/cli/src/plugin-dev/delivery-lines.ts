import type { JsonObject } from '@patchbay/core';
import type { SandboxRequest } from '@patchbay/testing';
import { numberAt, objectAt, objectsAt, textAt } from '../api/json-reading.js';
import type { Paint } from '../output/paint.js';
import { printable } from '../output/printable.js';

/** Headers that every request has and that no plugin sets. */
const USUAL_HEADERS = new Set(['host', 'connection', 'content-length', 'accept-encoding', 'user-agent']);
const LONGEST = 10_000;

/** Delivery of one event, with everything that the plugin and the sandbox saw of it. */
export interface ShownDelivery {
  /** Delivery as the API returns it. */
  readonly delivery: JsonObject;
  /** Message that `deliver` got; undefined if the plugin was not called. */
  readonly message: JsonObject | undefined;
  /** Requests that the sandbox received. */
  readonly requests: readonly SandboxRequest[];
  /** Requests that the documentation of the vendor does not allow. */
  readonly violations: readonly string[];
}

/** Returns the message, the requests, the answer and the outcome of a delivery as lines. */
export function deliveryLines(shown: ShownDelivery, paint: Paint): readonly string[] {
  const attempt = objectsAt(shown.delivery, 'attempts').at(-1);
  return [
    ...(shown.message === undefined ? [] : part('message', JSON.stringify(shown.message, null, 2))),
    ...shown.requests.flatMap((request) => part('request', requestText(request))),
    ...part('answer', answerText(objectAt(attempt, 'response'))),
    ...part('outcome', outcomeText(shown.delivery, attempt, paint)),
    ...shown.violations.map((one) => `${paint.warn('violation')}  ${printable(one)}`),
  ];
}

/** Returns a text with its name before the first line. */
function part(name: string, text: string): readonly string[] {
  if (text === '') return [];
  return text.split('\n').map((line, index) => {
    const indentation = /^ */.exec(line)?.[0] ?? '';
    return `${(index === 0 ? name : '').padEnd(9)}${indentation}${printable(line, LONGEST)}`;
  });
}

function requestText({ method, target, headers, text }: SandboxRequest): string {
  const shown = Object.entries(headers).filter(([name]) => !USUAL_HEADERS.has(name));
  return [`${method} ${target}`, ...shown.map(([name, value]) => `${name}: ${value}`), ...bodyLines(text)].join('\n');
}

/** Returns a body with indentation if the body is JSON. */
function bodyLines(text: string): readonly string[] {
  if (text === '') return [];
  try {
    return JSON.stringify(JSON.parse(text), null, 2).split('\n');
  } catch {
    return [text];
  }
}

function answerText(response: JsonObject | undefined): string {
  if (response === undefined) return '';
  return [String(numberAt(response, 'status')), ...bodyLines(textAt(response, 'body') ?? '')].join('\n');
}

function outcomeText(delivery: JsonObject, attempt: JsonObject | undefined, paint: Paint): string {
  const status = textAt(delivery, 'status') ?? '';
  const isGood = status === 'succeeded';
  const facts = [
    attempt === undefined ? undefined : `${textAt(attempt, 'outcome') ?? ''} in ${numberAt(attempt, 'durationMs')} ms`,
    textAt(delivery, 'externalId'),
    textAt(attempt, 'vendorCode'),
    isGood ? undefined : (textAt(attempt, 'message') ?? textAt(delivery, 'explanation')),
  ].filter((fact) => fact !== undefined);
  return [(isGood ? paint.good : paint.bad)(status), ...facts].join(', ');
}
