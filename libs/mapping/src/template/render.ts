import { Context, toValue, type Liquid } from 'liquidjs';
import { hasKey, kindOf, type Json, type JsonObject } from '../json-types.js';
import { MAPPING_LIMITS } from '../limits.js';
import { RenderProblem, RenderTimeout } from '../render-problem.js';
import { failureAt, type RenderFailure } from './render-failure.js';

/*
 * Parts of a compiled template, which run for each message.
 */

/** Rendered message, or the problem with its place in the template. The problem contains no value of the event. */
export type RenderResult =
  | { readonly ok: true; readonly message: JsonObject }
  | { readonly ok: false; readonly problem: { readonly path: string; readonly message: string } };

/** Compiled part of a template. Returns a value, undefined for a missing value, or {@link ABSENT}. */
export type Render = (frame: RenderFrame) => Json | undefined | typeof ABSENT;

/** Compiled template string. */
export type Evaluate = (frame: RenderFrame) => unknown;

/** Result of a `$if` without a matching branch. Objects and lists omit it. */
export const ABSENT = Symbol('absent');

/** State of one render. */
export interface RenderRun {
  readonly engine: Liquid;
  /** Time on the monotonic clock, in milliseconds. */
  readonly deadline: number;
  /** Upper bound of the message's JSON bytes so far. */
  maxBytes: number;
}

/** Names in scope at one point of a render. */
export interface RenderFrame {
  readonly run: RenderRun;
  readonly names: object;
  /** Liquid context of outputs. Absent until an output needs it. */
  outputs?: Context;
}

/** Count above which a message is certainly too long. JSON needs at least 2 bytes where {@link spend} counts 25. */
const CERTAINLY_TOO_LONG = MAPPING_LIMITS.messageBytes * 12.5;

/**
 * Creates the render of a whole message. It renders at most twice, because a busy machine can exceed the time limit once.
 * @param optionalRoots roots that are an empty object if the scope omits them
 */
export function messageRenderer(
  root: Render,
  engine: Liquid,
  optionalRoots: readonly string[],
): (scope: object) => RenderResult {
  return (scope) => {
    let names = scope;
    for (const name of optionalRoots) if (!hasKey(names, name)) names = { ...names, [name]: {} };
    let failure: RenderFailure | undefined;
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        const run = { engine, deadline: performance.now() + MAPPING_LIMITS.messageMs, maxBytes: 0 };
        const message = root({ run, names });
        if (typeof message !== 'object' || message === null || Array.isArray(message)) throw noObject();
        if (run.maxBytes > MAPPING_LIMITS.messageBytes && isTooLong(message)) throw tooLong();
        return { ok: true, message };
      } catch (error) {
        failure = failureAt('', error);
        if (!failure.timedOut) break;
      }
    }
    const { path = '', reason = '' } = failure ?? {};
    return { ok: false, problem: { path, message: `Mapping at "${path || '(top)'}": ${reason}` } };
  };
}

/** Creates the render of an object. Omits the keys of missing values. */
export function objectRenderer(entries: readonly (readonly [key: string, render: Render])[]): Render {
  return (frame) => {
    const out: JsonObject = {};
    spend(frame.run, 2);
    for (const [key, render] of entries) {
      const value = render(frame);
      if (value === undefined || value === ABSENT) continue;
      spend(frame.run, key.length * 6 + 4);
      out[key] = value;
    }
    return out;
  };
}

/** Creates the render of a list. */
export function listRenderer(items: readonly Render[]): Render {
  return (frame) => {
    const out: Json[] = [];
    spend(frame.run, 2);
    for (const render of items) collect(out, render(frame), frame.run);
    return out;
  };
}

/** Creates the render of a `$each`, which renders `body` for each item of a list under a name. */
export function eachRenderer(evaluate: Evaluate, name: string, body: Render, path: string): Render {
  return (frame) => {
    const list = evaluatedAt(path, evaluate, frame);
    const out: Json[] = [];
    spend(frame.run, 2);
    if (list === undefined || list === null) return out;
    if (!Array.isArray(list)) throw failureAt(path, new RenderProblem(`"$each" needs a list, not ${kindOf(list)}.`));
    if (list.length > MAPPING_LIMITS.eachItems) {
      throw failureAt(path, new RenderProblem(`the list has more than ${MAPPING_LIMITS.eachItems} items: shorten it.`));
    }
    try {
      const items: readonly unknown[] = list;
      for (const item of items) {
        timeLeft(frame.run);
        collect(out, body({ run: frame.run, names: { ...frame.names, [name]: item } }), frame.run);
      }
    } catch (error) {
      throw failureAt(path, error);
    }
    return out;
  };
}

/** Creates the render of a `$if`. A missing value, null, false and an empty text choose `otherwise`; 0 and [] do not. */
export function ifRenderer(evaluate: Evaluate, then: Render, otherwise: Render | undefined, path: string): Render {
  return (frame) => {
    const value = evaluatedAt(path, evaluate, frame);
    if (value !== undefined && value !== null && value !== false && value !== '') return then(frame);
    return otherwise ? otherwise(frame) : ABSENT;
  };
}

/** Creates the render of a template string, or of a literal that `evaluate` returns. */
export function valueRenderer(evaluate: Evaluate, path: string): Render {
  return (frame) => {
    try {
      const from = evaluate(frame);
      const value: unknown = typeof from === 'object' ? toValue(from) : from;
      return value === undefined ? undefined : copyJson(value, frame.run, MAPPING_LIMITS.valueDepth);
    } catch (error) {
      throw failureAt(path, error);
    }
  };
}

/**
 * Creates the evaluation of a plain path (`data.customer.tier`, `data.items[0].sku`), which is many times faster than
 * Liquid. It returns undefined if a value on the path is missing or null.
 */
export function pathReader(keys: readonly (string | number)[]): Evaluate {
  return (frame) => {
    let value: unknown = frame.names;
    for (const key of keys) {
      if (!hasKey(value, key)) return undefined;
      value = value[key];
    }
    return value;
  };
}

/**
 * Adds a value to a list. A missing value becomes null, so that the other items keep their index. Omits {@link ABSENT}.
 */
function collect(out: Json[], value: ReturnType<Render>, run: RenderRun): void {
  if (value === ABSENT) return;
  if (value === undefined) spend(run, 5);
  out.push(value ?? null);
}

/** Evaluates a template string. Throws a RenderFailure with `path`. */
export function evaluatedAt(path: string, evaluate: Evaluate, frame: RenderFrame): unknown {
  try {
    return evaluate(frame);
  } catch (error) {
    throw failureAt(path, error);
  }
}

/** Copies a value as JSON, so that the message shares no object with the event. */
function copyJson(value: unknown, run: RenderRun, depth: number): Json {
  if (typeof value === 'string') {
    spend(run, value.length * 6 + 3);
    return value;
  }
  if (typeof value === 'number') {
    spend(run, 25);
    if (!Number.isFinite(value)) throw new RenderProblem('the number is not finite: check for a division by zero.');
    return value === 0 ? 0 : value; // JSON has no -0.
  }
  spend(run, 6);
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object') throw new RenderProblem(`a value of type ${typeof value} cannot be stored in JSON.`);
  if (depth === 0)
    throw new RenderProblem(
      `a value is nested deeper than ${MAPPING_LIMITS.valueDepth} levels: name a field inside it.`,
    );
  return Array.isArray(value)
    ? value.map((item) => copyJson(item ?? null, run, depth - 1))
    : copyObject(value, run, depth);
}

function copyObject(value: object, run: RenderRun, depth: number): JsonObject {
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    if (item === undefined || key === '__proto__') continue;
    spend(run, key.length * 6 + 4);
    out[key] = copyJson(item, run, depth - 1);
  }
  return out;
}

/** Adds an upper bound of JSON bytes. Throws when the message is certainly too long. */
export function spend(run: RenderRun, bytes: number): void {
  run.maxBytes += bytes;
  if (run.maxBytes > CERTAINLY_TOO_LONG) throw tooLong();
}

function isTooLong(message: JsonObject): boolean {
  return Buffer.byteLength(JSON.stringify(message)) > MAPPING_LIMITS.messageBytes;
}

function tooLong(): RenderProblem {
  return new RenderProblem(`the message is longer than ${MAPPING_LIMITS.messageBytes / 1024} kB: shorten it.`);
}

function noObject(): RenderProblem {
  return new RenderProblem('the mapping creates no object for this event. If it starts with "$if", add an "else".');
}

/** Returns the Liquid context that the outputs of a frame share, because they cannot assign names. */
export function outputContext(frame: RenderFrame): Context {
  const left = timeLeft(frame.run);
  return (frame.outputs ??= newContext(frame, left));
}

/** Creates a Liquid context for a template string with tags, so that its assigned names do not leak. */
export function tagContext(frame: RenderFrame): Context {
  return newContext(frame, Math.min(MAPPING_LIMITS.templateStringMs, timeLeft(frame.run)));
}

function newContext({ run: { engine }, names }: RenderFrame, renderLimit: number): Context {
  return new Context({ ...names }, engine.options, { sync: true, renderLimit }, { liquid: engine });
}

/** Returns the remaining milliseconds of a render. Throws if none remain. */
function timeLeft(run: RenderRun): number {
  const left = run.deadline - performance.now();
  if (left <= 0) throw new RenderTimeout();
  return left;
}
