import { isJsonObject, isScalar, kindOf, type Json, type JsonObject } from '../json.js';
import { compileLeaf, type CompiledLeaf } from '../liquid/compile-leaf.js';
import { MAPPING_LIMITS } from '../limits.js';
import { MappingError } from '../mapping-error.js';
import { didYouMean } from '../did-you-mean.js';
import { below, joinPath, type Place } from './place.js';
import { chooseLocale, type LocaleTemplate } from './locale-choice.js';
import { jsonValue } from './json-value.js';
import { failureAt } from './render-failure.js';
import { RenderProblem } from '../render-problem.js';
import type { RenderFrame } from './render-run.js';

/** A `$if` that took no branch: left out of objects and lists alike. */
export const ABSENT = Symbol('absent');

/** A compiled part of a template: a value, undefined for a missing one, or {@link ABSENT}. */
export type Render = (frame: RenderFrame) => Json | undefined | typeof ABSENT;

const DIRECTIVES = ['$each', '$if'];
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Compiles a template into closures, noting what each place of the message reads. */
export class TemplateCompiler {
  /** Message path (list elements as `*`; null: no one field's) and what is read for it. */
  readonly reads: { readonly messagePath: string | null; readonly read: string }[] = [];
  private leaves = 0;
  private characters = 0;

  /**
   * A mapping for each language. Nobody is out of reach for want of a locale, since there always is a first one: what
   * chooses it is read by the mapping, and by none of its fields.
   * @param engineOf what the leaves of a language are parsed by
   */
  locales({ locale, branches }: LocaleTemplate, place: Place, engineOf: (tag: string) => Place['engine']): Render {
    const path = joinPath(place.path, 'locale');
    this.count({ ...place, path });
    const choice = compileLeaf(place.engine, locale, place.names, path);
    for (const read of choice.reads) this.reads.push({ messagePath: null, read });
    const tags = branches.map(([tag]) => tag);
    const renders = branches.map(([tag, template], index) => {
      const earlier = tags.slice(0, index).find((other) => other.toLowerCase() === tag.toLowerCase());
      if (earlier !== undefined)
        throw new MappingError(joinPath(place.path, tag), `is the same language as "${earlier}".`);
      return this.compile(template, { ...below(place, tag), engine: engineOf(tag) });
    });
    return (frame) => renders[chooseLocale(evaluate(choice, path, frame), tags)]?.(frame);
  }

  compile(template: Json, place: Place): Render {
    if (place.depth > MAPPING_LIMITS.depth) {
      throw new MappingError(place.path, `is nested more than ${MAPPING_LIMITS.depth} deep.`);
    }
    if (Array.isArray(template)) return this.list(template, place);
    if (isJsonObject(template)) return this.objectOrDirective(template, place);
    return this.leaf(template, place);
  }

  private objectOrDirective(template: JsonObject, place: Place): Render {
    if (Object.hasOwn(template, '$each')) return this.each(template, place);
    if (Object.hasOwn(template, '$if')) return this.condition(template, place);
    const keys = Object.entries(template);
    if (keys.length === 0) this.count(place);
    const entries = keys.map(([key, value]) => {
      const path = joinPath(place.path, key);
      if (key.startsWith('$')) {
        const hint = didYouMean(key, DIRECTIVES);
        throw new MappingError(path, `"${key}" is not a directive; there are ${DIRECTIVES.join(' and ')}.${hint}`);
      }
      if (key === '__proto__') throw new MappingError(path, '"__proto__" cannot be a key.');
      if (key.includes('{{') || key.includes('{%'))
        throw new MappingError(path, 'keys are plain text; Liquid works in values.');
      return [key, this.compile(value, below(place, key, key))] as const;
    });
    return (frame) => {
      const out: JsonObject = {};
      frame.run.spend(2);
      for (const [key, render] of entries) {
        const value = render(frame);
        if (value === undefined || value === ABSENT) continue;
        frame.run.spend(key.length * 6 + 4);
        out[key] = value;
      }
      return out;
    };
  }

  private list(template: Json[], place: Place): Render {
    if (template.length === 0) this.count(place);
    const items = template.map((item, index) => this.compile(item, below(place, String(index), String(index))));
    return (frame) => {
      const out: Json[] = [];
      frame.run.spend(2);
      for (const render of items) collect(out, render(frame), frame);
      return out;
    };
  }

  private each(template: JsonObject, place: Place): Render {
    onlyKeys(template, ['$each', 'as', 'do'], place.path);
    const { $each: source, as: name = 'item', do: body } = template;
    const path = joinPath(place.path, '$each');
    const leaf = this.output(source, path, place);
    if (body === undefined) throw new MappingError(place.path, '"$each" needs a "do": what to make of each item.');
    const namePath = joinPath(place.path, 'as');
    if (typeof name !== 'string' || !NAME.test(name))
      throw new MappingError(namePath, 'is a name of letters, digits and "_".');
    if (place.names.has(name)) throw new MappingError(namePath, `"${name}" is taken; choose another name.`);
    const names = new Map(place.names).set(name, leaf.plainPath === undefined ? null : `${leaf.plainPath}.*`);
    const before = this.reads.length;
    const render = this.compile(body, { ...below(place, 'do', '*'), names });
    // Going through a list reads what is read of its items; only where that is not known, all of it.
    const itemsRead = this.reads.slice(before).some(({ read }) => read.startsWith(`${leaf.plainPath ?? ''}.*`));
    if (leaf.plainPath === undefined || !itemsRead) this.note(leaf, place);
    return (frame) => {
      const list = evaluate(leaf, path, frame);
      const out: Json[] = [];
      frame.run.spend(2);
      if (list === undefined || list === null) return out;
      if (!Array.isArray(list))
        throw failureAt(path, new RenderProblem(`"$each" goes through a list, not ${kindOf(list)}.`));
      if (list.length > MAPPING_LIMITS.eachItems) {
        throw failureAt(path, new RenderProblem(`the list has more than ${MAPPING_LIMITS.eachItems} items.`));
      }
      try {
        for (const item of list) {
          frame.run.timeLeft();
          collect(out, render(frame.with(name, item)), frame);
        }
      } catch (error) {
        throw failureAt(path, error);
      }
      return out;
    };
  }

  private condition(template: JsonObject, place: Place): Render {
    onlyKeys(template, ['$if', 'then', 'else'], place.path);
    const path = joinPath(place.path, '$if');
    const leaf = this.output(template['$if'], path, place);
    this.note(leaf, place);
    if (template['then'] === undefined) throw new MappingError(place.path, '"$if" needs a "then".');
    const then = this.compile(template['then'], below(place, 'then'));
    const otherwise = template['else'] === undefined ? undefined : this.compile(template['else'], below(place, 'else'));
    return (frame) => {
      if (isYes(evaluate(leaf, path, frame))) return then(frame);
      return otherwise ? otherwise(frame) : ABSENT;
    };
  }

  private leaf(value: string | number | boolean | null, place: Place): Render {
    this.count(place);
    const { path } = place;
    if (typeof value === 'number' && !Number.isFinite(value)) throw new MappingError(path, 'the number is not finite.');
    this.characters += typeof value === 'string' ? value.length : 0;
    if (this.characters > MAPPING_LIMITS.templateCharacters) {
      throw new MappingError(path, `a template has at most ${MAPPING_LIMITS.templateCharacters} characters.`);
    }
    if (!isScalar(value)) throw new MappingError(path, 'is not JSON; put a date in quotes.');
    if (typeof value !== 'string') return (frame) => jsonValue(value, frame.run);
    const leaf = compileLeaf(place.engine, value, place.names, path);
    this.note(leaf, place);
    return (frame) => {
      try {
        return jsonValue(leaf.evaluate(frame), frame.run);
      } catch (error) {
        throw failureAt(path, error);
      }
    };
  }

  /** Values, and objects and lists with nothing in them. */
  private count({ path }: Place): void {
    if (++this.leaves <= MAPPING_LIMITS.leaves) return;
    throw new MappingError(path, `a template has at most ${MAPPING_LIMITS.leaves} values.`);
  }

  /** A leaf that has to be exactly one output, for a directive. */
  private output(value: Json | undefined, path: string, place: Place): CompiledLeaf {
    const leaf = typeof value === 'string' ? compileLeaf(place.engine, value, place.names, path) : undefined;
    if (!leaf?.isOutput)
      throw new MappingError(path, 'is one output, such as "{{ data.items }}", with nothing around it.');
    return leaf;
  }

  private note(leaf: CompiledLeaf, { messagePath }: Place): void {
    for (const read of leaf.reads) this.reads.push({ messagePath, read });
  }
}

function evaluate(leaf: CompiledLeaf, path: string, frame: RenderFrame): unknown {
  try {
    return leaf.evaluate(frame);
  } catch (error) {
    throw failureAt(path, error);
  }
}

/** In a list a missing value is null, so that the others keep their place; a `$if` that said no leaves its item out. */
function collect(out: Json[], value: ReturnType<Render>, frame: RenderFrame): void {
  if (value === ABSENT) return;
  if (value === undefined) frame.run.spend(5);
  out.push(value ?? null);
}

/** Missing, null, false and the empty text are no; all else, 0 and empty lists included, is yes. */
function isYes(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}

function onlyKeys(template: JsonObject, allowed: readonly string[], path: string): void {
  const other = Object.keys(template).find((key) => !allowed.includes(key));
  if (other === undefined) return;
  throw new MappingError(
    joinPath(path, other),
    `beside "${allowed[0] ?? ''}" only ${allowed.slice(1).join(' and ')} may stand.${didYouMean(other, allowed)}`,
  );
}
