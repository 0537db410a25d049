import { LineCounter, isAlias, isMap, isScalar, isSeq, type Pair } from 'yaml';
import type { ConfigurationProblem, Json, JsonObject } from '@patchbay/core';
import { formatField, type FieldPath } from '../field-path.js';
import { keyProblem, valueProblem } from '../plain-values.js';
import { problemAt, type SourceLocation } from '../source-text.js';
import { composeYaml } from './compose.js';
import { syntaxMessage } from './syntax-messages.js';

/** Content of a YAML or JSON text with its source locations. */
export interface YamlText {
  /** Content as plain data. Null if the text could not be read; then there are problems. */
  readonly content: Json;
  readonly sourceLocations: ReadonlyMap<string, SourceLocation>;
  readonly problems: readonly ConfigurationProblem[];
}

/**
 * Reads one document of YAML 1.2 (core schema) or JSON as plain data. Rejects aliases, merge keys, tags, duplicate keys,
 * `__proto__`, numbers that JSON cannot store exactly, and characters that the database cannot store. Each problem has its
 * line. Never throws.
 * @param file file name in problems
 * @param at path of the content in the whole configuration
 */
export function readYaml(text: string, file: string, at: FieldPath = []): YamlText {
  const lines = new LineCounter();
  const lineOf = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const refuse = (offset: number, message: string): YamlText => ({
    content: null,
    sourceLocations: new Map(),
    problems: [{ file, line: lineOf(offset), field: formatField(at), message }],
  });

  const documents = composeYaml(text, lines);
  if ('message' in documents) return refuse(documents.offset, documents.message);
  const [document, second] = documents;
  const syntaxError = document?.errors[0];
  if (syntaxError !== undefined) return refuse(syntaxError.pos[0], syntaxMessage(syntaxError.code));
  if (second !== undefined) return refuse(second.range[0], syntaxMessage('MULTIPLE_DOCS'));

  const reader = new NodeReader(file, lineOf);
  const content = reader.read(document?.contents, at);
  return { content, sourceLocations: reader.sourceLocations, problems: reader.problems };
}

/** Converter of YAML nodes to data. The nesting of the nodes is already limited. */
class NodeReader {
  readonly sourceLocations = new Map<string, SourceLocation>();
  readonly problems: ConfigurationProblem[] = [];

  constructor(
    private readonly file: string,
    private readonly lineOf: (offset: number) => number,
  ) {}

  read(node: unknown, path: FieldPath): Json {
    this.note(node, path);
    if (isAlias(node)) return this.problem(path, 'aliases (*name) are not supported: write the value out');
    if (isTagged(node))
      return this.problem(path, 'tags (!…) are not supported: remove the tag, or put the value in quotes');
    if (isMap(node)) return this.map(node.items, path);
    if (isSeq(node)) return node.items.map((item, index) => this.read(item, [...path, index]));
    if (isScalar(node)) return this.scalar(node.value, path);
    return null;
  }

  private map(items: readonly Pair[], path: FieldPath): JsonObject {
    const object: JsonObject = {};
    for (const { key, value } of items) {
      const name = isScalar(key) && typeof key.value === 'string' ? key.value : '';
      const child = [...path, name];
      if (Object.hasOwn(object, name)) {
        this.problems.push({
          file: this.file,
          line: this.lineAt(key),
          field: formatField(child),
          message: syntaxMessage('DUPLICATE_KEY'),
        });
        continue;
      }
      this.note(key, child);
      const problem = keyProblem(name);
      if (problem === undefined) object[name] = this.read(value, child);
      else this.problem(child, problem);
    }
    return object;
  }

  private scalar(value: unknown, path: FieldPath): Json {
    const problem = valueProblem(value);
    if (problem !== undefined) return this.problem(path, problem);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  }

  private problem(path: FieldPath, message: string): null {
    this.problems.push(problemAt(this, path, message));
    return null;
  }

  /**
   * Records the location of a field. Only the first call for a field has an effect, so the location of a value is the
   * location of its key.
   */
  private note(node: unknown, path: FieldPath): void {
    const field = formatField(path);
    if (!this.sourceLocations.has(field)) this.sourceLocations.set(field, { file: this.file, line: this.lineAt(node) });
  }

  private lineAt(node: unknown): number {
    return (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) && node.range
      ? this.lineOf(node.range[0])
      : 1;
  }
}

function isTagged(node: unknown): boolean {
  return (isScalar(node) || isMap(node) || isSeq(node)) && node.tag !== undefined;
}
