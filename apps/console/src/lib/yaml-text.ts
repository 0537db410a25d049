import { isMembers } from './merge-patch';

/** Texts that YAML reads as text without quotes: they begin with a letter and have no character with a meaning. */
const PLAIN = /^[A-Za-z_/][\w/.@+-]*( [\w/.@+-]+)*$/;

/** Texts that a YAML parser may read as something else than text. */
const RESERVED = /^(y|n|yes|no|true|false|on|off|null)$/i;

/** Writes a JSON value as YAML, with two spaces per level. Undefined members are left out. */
export function yamlText(value: unknown): string {
  return `${block(value, 0).replace(/^\n/, '')}\n`;
}

function block(value: unknown, depth: number): string {
  const indent = '  '.repeat(depth);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return value.map((entry) => `\n${indent}- ${entryText(entry, depth + 1)}`).join('');
  }
  if (!isMembers(value)) return scalar(value);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  if (entries.length === 0) return '{}';
  return entries
    .map(([name, member]) => {
      const text = block(member, depth + 1);
      return `\n${indent}${key(name)}:${text.startsWith('\n') ? text : ` ${text}`}`;
    })
    .join('');
}

/** Writes an entry of a list. The first member of an object stands beside the dash. */
function entryText(entry: unknown, depth: number): string {
  const text = block(entry, depth);
  return text.startsWith('\n') ? text.slice(1 + depth * 2) : text;
}

function key(name: string): string {
  return PLAIN.test(name) && !RESERVED.test(name) ? name : JSON.stringify(name);
}

/** Writes a single value. JSON's quoted texts are valid YAML. */
function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value ?? null);
  return PLAIN.test(value) && !RESERVED.test(value) ? value : JSON.stringify(value);
}
