import { Output, toValueSync, TypeGuards, Value, type Template, type Token } from 'liquidjs';
import { didYouMean } from '../did-you-mean.js';
import { MappingError } from '../mapping-error.js';
import { NAMED_ARGUMENTS } from '../filters/named-arguments.js';
import { checkFilterArguments, literalProblem } from './check-filter-arguments.js';

/**
 * Names that a template string may use, with the path that each name stands for. A root has its own name as path. The
 * name in `as` of a `$each` has the path of the list elements (`data.items.*`). The path is null if the list is
 * recorded as a whole.
 */
export type Names = ReadonlyMap<string, string | null>;

/** Paths that a template string reads. */
export interface TemplateStringReads {
  /** Every path that the string can read in any branch. A path includes everything below it. */
  readonly all: ReadonlySet<string>;
  /**
   * Paths of {@link all} whose values the string shows without `required`, `default` or a condition. If such a value is
   * missing, the text has a gap.
   */
  readonly shown: ReadonlySet<string>;
  /** First problem of a literal argument, see {@link literalProblem}. Null if all literal arguments are valid. */
  readonly problem: MappingError | null;
}

/**
 * Collects the paths that a parsed template string reads.
 * @throws MappingError with `path`, if a name is unknown or a root is computed
 */
export function readsOf(templates: readonly Template[], names: Names, path: string): TemplateStringReads {
  const collector = new ReadsCollector(names, path);
  for (const template of templates) collector.template(template);
  const { reads, shown, tested, problem } = collector;
  return { problem, all: reads, shown: new Set([...shown].filter((read) => !tested.has(read))) };
}

/** Filters whose result is never empty text, or that refuse an empty value. */
const FILLING = new Set(['required', 'default', 'size', 'json', 'sum', 'number_of_words']);

const MAX_VARIANTS = 8;

class ReadsCollector {
  readonly reads = new Set<string>();
  readonly shown = new Set<string>();
  readonly tested = new Set<string>();
  problem: MappingError | null = null;
  /** True while the collector visits the value of an output. */
  private isShown = false;
  private readonly locals = new Set<string>();
  private readonly blocks: string[] = [];

  constructor(
    private readonly names: Names,
    private readonly path: string,
  ) {}

  template(template: Template): void {
    if (template instanceof Output) return this.output(template.value);
    for (const argument of template.arguments?.() ?? []) {
      if (argument instanceof Value) this.value(argument);
      else this.token(argument);
    }
    for (const local of template.localScope?.() ?? []) this.locals.add(this.newName(local.content));
    const block = [...(template.blockScope?.() ?? [])].map((name) => this.newName(name));
    this.blocks.push(...block);
    for (const child of template.children ? toValueSync(template.children(false, true)) : []) this.template(child);
    this.blocks.length -= block.length;
  }

  private output(value: Value): void {
    this.isShown = !value.filters.some(({ name }) => FILLING.has(name));
    for (const token of value.initial.postfix) this.token(token);
    this.isShown = false;
    this.filters(value.filters);
  }

  private value(
    value:
      Pick<Value, 'initial' | 'filters'> | { initial: Value['initial']; filters: { name: string; args: unknown[] }[] },
  ): void {
    for (const token of value.initial.postfix) this.token(token);
    this.filters(value.filters);
  }

  private filters(filters: readonly { readonly name: string; readonly args: readonly unknown[] }[]): void {
    for (const filter of filters) {
      const args: readonly unknown[] = filter.args;
      checkFilterArguments(filter.name, args.flatMap(nameOf), this.path);
      this.problem ??= literalProblem(filter.name, literalTexts(filter.name, args), this.path);
      for (const arg of args) this.token(Array.isArray(arg) ? (arg as unknown[])[1] : arg);
    }
  }

  private token(token: unknown): void {
    if (TypeGuards.isRangeToken(token)) {
      this.token(token.lhs);
      this.token(token.rhs);
    } else if (TypeGuards.isFilteredValueToken(token)) {
      this.value(token);
    } else if (TypeGuards.isPropertyAccessToken(token)) {
      if (token.variable) {
        this.token(token.variable);
        for (const prop of token.props) this.token(prop);
      } else {
        this.access(token.props);
      }
    }
  }

  private access([first, ...props]: readonly Token[]): void {
    const root = TypeGuards.isWordToken(first) || TypeGuards.isQuotedToken(first) ? first.content : undefined;
    if (root === undefined) {
      throw new MappingError(
        this.path,
        `the root of a path must be written literally: use one of ${[...this.names.keys()].join(', ')}.`,
      );
    }
    const base = this.base(root);
    let paths = typeof base === 'string' ? [base] : [];
    let precise = true;
    for (const prop of props) {
      if (TypeGuards.isPropertyAccessToken(prop)) this.token(prop);
      const segments = segmentsOf(prop);
      // Each `first` doubles the number of paths. If there are too many, the shorter path is recorded instead, which
      // includes everything below it.
      precise &&= paths.length * segments.length <= MAX_VARIANTS;
      if (precise) paths = paths.flatMap((path) => segments.map((segment) => `${path}.${segment}`));
    }
    for (const path of paths) {
      this.reads.add(path);
      (this.isShown ? this.shown : this.tested).add(path);
    }
  }

  /** Returns the path of a name. Null if there is no path to record. */
  private base(root: string): string | null {
    const base = this.names.get(root);
    if (base !== undefined) return base;
    if (this.locals.has(root) || this.blocks.includes(root)) return null;
    const known = [...this.names.keys()];
    throw new MappingError(
      this.path,
      `"${shorten(root)}" is not known here. Start the path with one of ${known.join(', ')}.${didYouMean(root, known)}`,
    );
  }

  private newName(name: string): string {
    if (this.names.has(name))
      throw new MappingError(this.path, `"${shorten(name)}" is already used: choose another name.`);
    return name;
  }
}

/** Returns the name of an argument `name: value`. Empty for other arguments. */
function nameOf(argument: unknown): string[] {
  const name: unknown = Array.isArray(argument) ? argument[0] : undefined;
  return typeof name === 'string' ? [name] : [];
}

/** Returns the arguments of a filter that are written as text, by name. Empty for filters without named arguments. */
function literalTexts(filter: string, args: readonly unknown[]): ReadonlyMap<string, string> {
  const names = NAMED_ARGUMENTS[filter] ?? [];
  const texts = args.flatMap((argument, index): [string, string][] => {
    const named: readonly unknown[] = Array.isArray(argument) ? argument : [names[index], argument];
    const [name, token] = named;
    return typeof name === 'string' && TypeGuards.isQuotedToken(token) ? [[name, token.content]] : [];
  });
  return new Map(texts);
}

/** Returns the possible path segments. `first` and `last` can be a field of that name or a list element. */
function segmentsOf(prop: Token): string[] {
  if (!TypeGuards.isWordToken(prop) && !TypeGuards.isQuotedToken(prop)) return ['*'];
  if (prop.content === 'first' || prop.content === 'last') return [prop.content, '*'];
  return [/^-?\d+$/.test(prop.content) ? '*' : prop.content];
}

function shorten(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}
