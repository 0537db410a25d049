import type { ConfigurationProblem, Json, JsonObject } from '@patchbay/core';
import { formatField, type FieldPath } from '../field-path.js';
import { problemAt, type SourceText } from '../source-text.js';
import type { SecretResolver } from './secret-resolver.js';

/** Matches a reference `${env:NAME}` or `${file:PATH}`, even if its end is missing or its name is in capitals. */
const REFERENCE = /\$\{(env|file):([^}]*)(\}?)/gi;
/** Maximum number of characters that all references of a file may resolve to. */
const MAX_RESOLVED = 4 * 1024 * 1024;

/** Returns true if a text contains a reference, even an invalid one. */
export function holdsReference(text: string): boolean {
  return text.search(REFERENCE) >= 0;
}

/** Configuration with resolved references. */
export interface InterpolatedText extends SourceText {
  /** Resolved values of the references. These values must not appear in any output. */
  readonly secrets: ReadonlySet<string>;
  readonly problems: readonly ConfigurationProblem[];
}

/**
 * Resolves the references in all texts except keys. Does not resolve references inside resolved values. A reference
 * that cannot be resolved stays unchanged, so that all other fields can still be checked.
 * @param isPlain returns true for fields that must not contain references, because these fields are stored and shown
 *   unencrypted
 */
export function interpolate(
  source: Pick<SourceText, 'content' | 'sourceLocations'>,
  resolve: SecretResolver,
  isPlain: (path: FieldPath) => boolean,
): InterpolatedText {
  const run = new Interpolation(source, resolve, isPlain);
  const content = run.value(source.content, []);
  return {
    content,
    sourceLocations: source.sourceLocations,
    interpolated: run.interpolated,
    secrets: run.secrets,
    problems: run.problems,
  };
}

class Interpolation {
  readonly interpolated = new Set<string>();
  readonly secrets = new Set<string>();
  readonly problems: ConfigurationProblem[] = [];
  private size = 0;

  constructor(
    private readonly source: Pick<SourceText, 'sourceLocations'>,
    private readonly resolve: SecretResolver,
    private readonly isPlain: (path: FieldPath) => boolean,
  ) {}

  value(value: Json, path: FieldPath): Json {
    if (typeof value === 'string') return this.text(value, path);
    if (Array.isArray(value)) return value.map((item, index) => this.value(item, [...path, index]));
    if (value === null || typeof value !== 'object') return value;
    const object: JsonObject = {};
    for (const [key, child] of Object.entries(value)) object[key] = this.value(child, [...path, key]);
    return object;
  }

  private text(text: string, path: FieldPath): string {
    return text.replace(REFERENCE, (reference: string, kind: string, name: string, end: string) => {
      if (this.isPlain(path)) {
        this.problem(
          path,
          'a reference such as ${env:NAME} is not resolved here, because this value is visible: write the value itself',
        );
        return reference;
      }
      this.interpolated.add(formatField(path));
      if (end === '') this.problem(path, `the } after \${${kind}: is missing: add it`);
      else if (kind !== 'env' && kind !== 'file') this.problem(path, `write \${${kind.toLowerCase()}:…} in lower case`);
      else return this.reference(kind, name, path) ?? reference;
      return reference;
    });
  }

  private reference(kind: 'env' | 'file', name: string, path: FieldPath): string | undefined {
    const resolved = this.resolve(kind, name);
    if ('problem' in resolved) {
      const { problem, unsetVariable } = resolved;
      const unset = unsetVariable === undefined ? {} : { unsetVariable };
      this.problems.push({ ...problemAt(this.source, path, problem), ...unset });
      return undefined;
    }
    this.secrets.add(resolved.value);
    this.size += resolved.value.length;
    if (this.size <= MAX_RESOLVED) return resolved.value;
    this.problem(path, 'the resolved references of this file have more than 4 MiB in total: use smaller values');
    return undefined;
  }

  private problem(path: FieldPath, message: string): void {
    this.problems.push(problemAt(this.source, path, message));
  }
}
