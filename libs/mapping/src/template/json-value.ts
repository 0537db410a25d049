import { toValue } from 'liquidjs';
import type { Json, JsonObject } from '../json-types.js';
import { MAPPING_LIMITS } from '../limits.js';
import { RenderProblem } from '../render-problem.js';
import type { RenderRun } from './render-run.js';

/** Copies the value of a template string as JSON, so that the message shares no object with the event. */
export function jsonValue(from: unknown, run: RenderRun): Json | undefined {
  const value: unknown = typeof from === 'object' ? toValue(from) : from;
  return value === undefined ? undefined : copy(value, run, MAPPING_LIMITS.valueDepth);
}

function copy(value: unknown, run: RenderRun, depth: number): Json {
  if (typeof value === 'string') {
    run.spend(value.length * 6 + 3);
    return value;
  }
  if (typeof value === 'number') {
    run.spend(25);
    if (!Number.isFinite(value)) throw new RenderProblem('the number is not finite: check for a division by zero.');
    return value === 0 ? 0 : value; // JSON has no -0.
  }
  run.spend(6);
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object') throw new RenderProblem(`a value of type ${typeof value} cannot be stored in JSON.`);
  if (depth === 0)
    throw new RenderProblem(
      `a value is nested deeper than ${MAPPING_LIMITS.valueDepth} levels: name a field inside it.`,
    );
  return Array.isArray(value) ? value.map((item) => copy(item ?? null, run, depth - 1)) : copyObject(value, run, depth);
}

function copyObject(value: object, run: RenderRun, depth: number): JsonObject {
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    if (item === undefined || key === '__proto__') continue;
    run.spend(key.length * 6 + 4);
    out[key] = copy(item, run, depth - 1);
  }
  return out;
}
