import { parseDocument, stringify } from 'yaml';

/** Result of reading a YAML text: its value, or the error with line and column. */
export type YamlRead = { readonly value: unknown } | { readonly error: string };

/** Writes a value as YAML as a person would: long lines are kept, texts are quoted only if they must be. */
export function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Reads a YAML text. Anchors and aliases are refused, as in brand files. */
export function fromYaml(text: string): YamlRead {
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  const [first] = document.errors;
  if (first !== undefined) return { error: first.message.split('\n')[0] ?? first.message };
  try {
    return { value: document.toJS({ maxAliasCount: 0 }) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
