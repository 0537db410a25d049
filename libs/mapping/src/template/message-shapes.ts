import { isJsonObject, type Json, type JsonObject } from '../json-types.js';
import { ACTION, actionTemplate } from './action.js';
import { joinPath } from './compile-context.js';
import { localeTemplate } from './locale-choice.js';

/** Maximum number of shapes of one mapping. Further branches of `$if` are not examined. */
const MAX_SHAPES = 64;

/** Stands for a value that only an event determines. It is not empty, because an empty value counts as missing. */
const PLACEHOLDER = '…';

/**
 * Knowledge about a value of a message before an event is mapped:
 *
 * - `any`: nothing is known.
 * - `text`: the value is a text.
 * - `partial`: the value is known, but may be absent. If the value is a list, the number of its items is not known.
 */
export type Uncertainty = 'any' | 'text' | 'partial';

/** Message that a mapping can make, with the places whose values depend on the event. */
export interface MessageShape {
  readonly message: JsonObject;
  /** By path in the message, such as `personalizations.0.to`. */
  readonly uncertain: ReadonlyMap<string, Uncertainty>;
  /** Paths in the template by path in the message: `items.0.sku` is made by `items.do.sku`. */
  readonly places: ReadonlyMap<string, string>;
}

/**
 * Returns the shapes of the messages that a mapping can make: one per language, and one per branch of each `$if`. The
 * mapping must compile.
 */
export function messageShapes(template: JsonObject): readonly MessageShape[] {
  const { action, fields } = actionTemplate(template);
  const locales = localeTemplate(fields);
  const roots = locales === undefined ? ([['', fields]] as const) : locales.branches;
  const shapes = roots.flatMap(([tag, root]) => fragmentsOf(root, '', tag).flatMap(toShape)).slice(0, MAX_SHAPES);
  return shapes.map(({ message, uncertain, places }) => ({
    message: action === undefined ? message : { [ACTION]: action, ...message },
    uncertain,
    // A mapping names its action once, also if it has one template per language.
    places: new Map(places).set(ACTION, ACTION),
  }));
}

/** Part of a shape. */
interface Fragment {
  readonly value: Json;
  readonly uncertain: readonly (readonly [path: string, uncertainty: Uncertainty])[];
  readonly places: readonly (readonly [path: string, templatePath: string])[];
}

function toShape({ value, uncertain, places }: Fragment): MessageShape[] {
  return isJsonObject(value) ? [{ message: value, uncertain: new Map(uncertain), places: new Map(places) }] : [];
}

/** Returns the alternatives of a part of a template. The first alternative takes the first branch of each `$if`. */
function fragmentsOf(template: Json, path: string, at: string): readonly Fragment[] {
  const place = [path, at] as const;
  if (Array.isArray(template)) {
    const items = template.map((item, index) =>
      fragmentsOf(item, joinPath(path, String(index)), joinPath(at, String(index))),
    );
    const mayBeShorter = template.some((item) => isJsonObject(item) && Object.hasOwn(item, '$if'));
    return combined(items).map((parts) =>
      joined(
        parts.map(({ value }) => value),
        parts,
        place,
        mayBeShorter ? 'partial' : undefined,
      ),
    );
  }
  if (!isJsonObject(template)) return [scalarFragment(template, path, at)];
  if (Object.hasOwn(template, '$each')) {
    const items = fragmentsOf(template['do'] ?? null, joinPath(path, '0'), joinPath(at, 'do'));
    return items.map((item) => joined([item.value], [item], place, 'partial'));
  }
  if (Object.hasOwn(template, '$if')) return branches(template, path, at);
  const keys = Object.keys(template);
  const children = keys.map((key) => fragmentsOf(template[key] ?? null, joinPath(path, key), joinPath(at, key)));
  return combined(children).map((parts) => {
    const value = Object.fromEntries(keys.map((key, index) => [key, parts[index]?.value ?? null]));
    return joined(value, parts, place);
  });
}

function branches({ then = null, else: otherwise }: JsonObject, path: string, at: string): readonly Fragment[] {
  const taken = fragmentsOf(then, path, joinPath(at, 'then'));
  const others = otherwise === undefined ? [] : fragmentsOf(otherwise, path, joinPath(at, 'else'));
  // If one alternative leaves the value out, other fields may depend on the same condition.
  if (otherwise !== undefined && then !== null && otherwise !== null) return [...taken, ...others];
  return [...taken, ...others].map((fragment) => {
    // If the value itself is uncertain, then this uncertainty includes that the value may be absent.
    const isUncertain = fragment.uncertain.some(([place]) => place === path);
    return isUncertain ? fragment : { ...fragment, uncertain: [...fragment.uncertain, [path, 'partial'] as const] };
  });
}

function scalarFragment(value: string | number | boolean | null, path: string, at: string): Fragment {
  const places = [[path, at] as const];
  if (typeof value !== 'string' || !/\{[{%]/.test(value)) return { value, uncertain: [], places };
  // An output without other text keeps the type of its value.
  const isText = !/^\s*\{[{%]/.test(value) || !/[}%]\}\s*$/.test(value);
  return { value: PLACEHOLDER, uncertain: [[path, isText ? 'text' : 'any']], places };
}

function joined(
  value: Json,
  parts: readonly Fragment[],
  place: readonly [path: string, at: string],
  own?: Uncertainty,
): Fragment {
  return {
    value,
    uncertain: [
      ...parts.flatMap(({ uncertain }) => uncertain),
      ...(own === undefined ? [] : [[place[0], own] as const]),
    ],
    places: [place, ...parts.flatMap(({ places }) => places)],
  };
}

/**
 * Returns lists with one alternative per part: the first alternatives of all parts, and a list for each further
 * alternative of one part.
 */
function combined(parts: readonly (readonly Fragment[])[]): readonly (readonly Fragment[])[] {
  const first = parts.flatMap((alternatives) => alternatives.slice(0, 1));
  const others = parts.flatMap((alternatives, index) =>
    alternatives.slice(1).map((alternative) => first.with(index, alternative)),
  );
  return [first, ...others].slice(0, MAX_SHAPES);
}
