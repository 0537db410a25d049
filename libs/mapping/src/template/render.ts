import { Context, toValue, type Liquid } from 'liquidjs';
import { kindOf, type Json, type JsonObject } from '../json-types.js';
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

/** Function that renders a directive. Returns a value, undefined for a missing value, or {@link ABSENT}. */
export type Render = (frame: RenderFrame) => Json | undefined | typeof ABSENT;

/** Origin of a value: a literal, a plain path such as `data.items[0].sku`, or anything that Liquid evaluates. */
export type Source =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'path'; readonly keys: readonly (string | number)[] }
  | { readonly kind: 'liquid'; readonly evaluate: (frame: RenderFrame) => unknown };

/** Compiled part of a template. */
export type Part =
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: string, part: Part])[] }
  | { readonly kind: 'list'; readonly items: readonly Part[] }
  | LeafPart;

/** Part that contains no other parts. `path` is its place in the template. */
type LeafPart =
  | { readonly kind: 'value'; readonly source: Source; readonly path: string }
  | { readonly kind: 'directive'; readonly render: Render };

/** Step of a render: adds a value, or an empty object or list, to an object or list of an earlier step. */
type Step = (LeafPart | { readonly kind: 'object' | 'list' }) & {
  /**
   * Index of the parent among all objects and lists, in the order of their steps. Index 0 is an object that holds the
   * whole result.
   */
  readonly parent: number;
  /** Key of the value in the parent, if the parent is an object. */
  readonly key: string;
  /** Upper bound of the JSON bytes of the key and the brackets. */
  readonly bytes: number;
};

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

/**
 * Count above which a message is certainly too long. JSON needs at least 2 bytes for what {@link spend} counts as 25
 * bytes.
 */
const CERTAINLY_TOO_LONG = MAPPING_LIMITS.messageBytes * 12.5;

/** Key of the rendered result in the object with index 0. */
const RESULT = 'result';

/**
 * Creates the function that renders a whole message. It renders a message at most twice, because a busy machine can
 * exceed the time limit once.
 * @param optionalRoots roots that are an empty object if the scope omits them
 */
export function messageRenderer(
  root: Part,
  engine: Liquid,
  optionalRoots: readonly string[],
): (scope: object) => RenderResult {
  const steps = stepsOf(root);
  return (scope) => {
    let names = scope;
    for (const name of optionalRoots) if (!Object.hasOwn(names, name)) names = { ...names, [name]: {} };
    let failure: RenderFailure | undefined;
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        const run = { engine, deadline: performance.now() + MAPPING_LIMITS.messageMs, maxBytes: 0 };
        const frame = { run, names };
        const whole: JsonObject = {};
        const containers: (JsonObject | Json[])[] = [whole];
        for (const step of steps) {
          const isValue = step.kind === 'value';
          const value = isValue ? copyJson(valueOf(step.source, frame), step.path, run) : startOf(step, frame);
          place(value, step, containers, run);
        }
        const message = whole[RESULT];
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

/**
 * Creates the function that renders a part inside a directive. The function for a whole message contains a copy of this
 * loop, which saves a nested call.
 */
export function partRenderer(part: Part): Render {
  if (part.kind === 'directive') return part.render;
  const steps = stepsOf(part);
  return (frame) => {
    const whole: JsonObject = {};
    const containers: (JsonObject | Json[])[] = [whole];
    for (const step of steps) {
      const isValue = step.kind === 'value';
      const value = isValue ? copyJson(valueOf(step.source, frame), step.path, frame.run) : startOf(step, frame);
      place(value, step, containers, frame.run);
    }
    return whole[RESULT];
  };
}

/**
 * Returns the steps of a part in the order of the template. The step of each object or list comes before the steps of
 * its parts.
 */
function stepsOf(root: Part): readonly Step[] {
  const steps: Step[] = [];
  let containers = 1;
  const add = (part: Part, parent: number, key: string, keyBytes: number): void => {
    if (part.kind === 'value' || part.kind === 'directive') {
      steps.push({ ...part, parent, key, bytes: keyBytes });
      return;
    }
    const own = containers++;
    steps.push({ kind: part.kind, parent, key, bytes: keyBytes + 2 });
    if (part.kind === 'list') for (const item of part.items) add(item, own, '', 0);
    else for (const [name, child] of part.entries) add(child, own, name, name.length * 6 + 4);
  };
  add(root, 0, RESULT, 0);
  return steps;
}

/** Returns the value with which a step begins, unless the step adds a plain value. */
function startOf(step: Exclude<Step, { kind: 'value' }>, frame: RenderFrame): ReturnType<Render> {
  if (step.kind === 'directive') return step.render(frame);
  return step.kind === 'list' ? [] : {};
}

/**
 * Adds the value of a step to its parent. An object omits a missing value. A list gets null instead, so that its other
 * items keep their index. Objects and lists omit {@link ABSENT}.
 */
function place(value: ReturnType<Render>, step: Step, containers: (JsonObject | Json[])[], run: RenderRun): void {
  if (value === ABSENT) return;
  const parent = containers[step.parent];
  if (Array.isArray(parent)) {
    run.maxBytes += value === undefined ? 5 : step.bytes;
    parent.push(value ?? null);
  } else if (parent !== undefined && value !== undefined) {
    run.maxBytes += step.bytes;
    parent[step.key] = value;
  }
  const isContainer = step.kind === 'object' || step.kind === 'list';
  if (isContainer && typeof value === 'object' && value !== null) containers.push(value);
  if (run.maxBytes > CERTAINLY_TOO_LONG) throw tooLong();
}

/** Returns the value of a source. For a plain path, returns undefined if any value on the path is missing. */
export function valueOf(source: Source, frame: RenderFrame): unknown {
  if (source.kind === 'literal') return source.value;
  if (source.kind === 'liquid') return source.evaluate(frame);
  let value: unknown = frame.names;
  for (const key of source.keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** Wraps a source, so that its errors become a RenderFailure with `path`. */
export function sourceAt(path: string, source: Source): Source {
  if (source.kind !== 'liquid') return source;
  const evaluate = (frame: RenderFrame): unknown => {
    try {
      return source.evaluate(frame);
    } catch (error) {
      throw failureAt(path, error);
    }
  };
  return { kind: 'liquid', evaluate };
}

/**
 * Creates the function that renders a `$each`: `body` is rendered for each item of a list, which it reads under `name`.
 */
export function eachRenderer(source: Source, name: string, body: Part, path: string): Render {
  const items = sourceAt(path, source);
  const render = partRenderer(body);
  return (frame) => {
    const list = valueOf(items, frame);
    const out: Json[] = [];
    spend(frame.run, 2);
    if (list === undefined || list === null) return out;
    if (!Array.isArray(list)) throw failureAt(path, new RenderProblem(`"$each" needs a list, not ${kindOf(list)}.`));
    if (list.length > MAPPING_LIMITS.eachItems) {
      throw failureAt(path, new RenderProblem(`the list has more than ${MAPPING_LIMITS.eachItems} items: shorten it.`));
    }
    try {
      const all: readonly unknown[] = list;
      for (const item of all) {
        timeLeft(frame.run);
        collect(out, render({ run: frame.run, names: { ...frame.names, [name]: item } }), frame.run);
      }
    } catch (error) {
      throw failureAt(path, error);
    }
    return out;
  };
}

/**
 * Creates the function that renders a `$if`. A missing value, null, false and an empty text choose `otherwise`. The
 * values 0 and [] choose `then`.
 */
export function ifRenderer(source: Source, then: Part, otherwise: Part | undefined, path: string): Render {
  const condition = sourceAt(path, source);
  const renderThen = partRenderer(then);
  const renderElse = otherwise === undefined ? undefined : partRenderer(otherwise);
  return (frame) => {
    const value = valueOf(condition, frame);
    if (value !== undefined && value !== null && value !== false && value !== '') return renderThen(frame);
    return renderElse ? renderElse(frame) : ABSENT;
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

/** Object or list whose values are still to be copied. */
interface OpenCopy {
  readonly from: object;
  readonly to: JsonObject | Json[];
  /** Number of objects and lists that contain this object or list. */
  readonly depth: number;
}

/**
 * Copies a value as JSON, so that the message shares no object with the event. Returns undefined for undefined. Throws a
 * RenderFailure with `path`.
 */
function copyJson(original: unknown, path: string, run: RenderRun): Json | undefined {
  try {
    const value: unknown = typeof original === 'object' ? toValue(original) : original;
    if (value === undefined) return undefined;
    const whole: Json[] = [];
    const open: OpenCopy[] = [{ from: [value], to: whole, depth: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { from, to, depth } = next;
      const keys = Array.isArray(from) ? undefined : Object.keys(from);
      const items: readonly unknown[] = Array.isArray(from) ? from : Object.values(from);
      for (let index = 0; index < items.length; index++) {
        const key = keys?.[index];
        const item = items[index];
        if (key !== undefined && (item === undefined || key === '__proto__')) continue;
        let copy: Json;
        let bytes = key === undefined ? 0 : key.length * 6 + 4;
        if (typeof item === 'string') {
          bytes += item.length * 6 + 3;
          copy = item;
        } else if (typeof item === 'number' && Number.isFinite(item)) {
          bytes += 25;
          copy = item === 0 ? 0 : item; // JSON has no -0.
        } else {
          bytes += 6;
          if (item === undefined || item === null || typeof item === 'boolean') copy = item ?? null;
          else if (typeof item !== 'object' || depth === MAPPING_LIMITS.valueDepth) throw notCopied(item);
          else {
            const container: JsonObject | Json[] = Array.isArray(item) ? [] : {};
            open.push({ from: item, to: container, depth: depth + 1 });
            copy = container;
          }
        }
        run.maxBytes += bytes;
        if (run.maxBytes > CERTAINLY_TOO_LONG) throw tooLong();
        if (Array.isArray(to)) to.push(copy);
        else if (key !== undefined) to[key] = copy;
      }
    }
    return whole[0];
  } catch (error) {
    throw failureAt(path, error);
  }
}

/** Returns the problem of a value that cannot be copied. */
function notCopied(value: unknown): RenderProblem {
  if (typeof value === 'number') return new RenderProblem('the number is not finite: check for a division by zero.');
  if (typeof value !== 'object') return new RenderProblem(`a value of type ${typeof value} cannot be stored in JSON.`);
  return new RenderProblem(
    `a value is nested deeper than ${MAPPING_LIMITS.valueDepth} levels: name a field inside it.`,
  );
}

/**
 * Adds the largest number of JSON bytes that a part of the message can take to the byte count of the message. Throws if
 * the count is so high that the message must exceed its size limit.
 */
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

/**
 * Returns the Liquid context that all outputs of a frame share. They can share it, because outputs cannot assign names.
 */
export function outputContext(frame: RenderFrame): Context {
  const left = timeLeft(frame.run);
  return (frame.outputs ??= newContext(frame, left));
}

/** Creates a Liquid context for one template string with tags, so that names that it assigns stay inside it. */
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
