import type { JsonObject, PersonalPaths, SafeType } from '@patchbay/core';

/**
 * How the catalogue describes one field of an event's data. From one declaration follow the JSON Schema, the personal paths and the
 * safe paths: a leaf is safe unless it stands inside {@link personal}.
 */
export type Field =
  | { readonly kind: 'leaf'; readonly types: readonly string[]; readonly safe: SafeType; readonly description?: string }
  | { readonly kind: 'anything' }
  | { readonly kind: 'object'; readonly fields: Fields }
  | { readonly kind: 'list'; readonly of: Field }
  | { readonly kind: 'map'; readonly of: Field }
  | { readonly kind: 'personal'; readonly of: Field; readonly hashed?: true };

/** Fields by name. */
export type Fields = Readonly<Record<string, Field>>;

function leaf(types: readonly string[], safe: SafeType, description?: string): Field {
  return { kind: 'leaf', types: [...types, 'null'], safe, ...(description === undefined ? {} : { description }) };
}

/** An identifier: printed as a number on some pages and as a string on others. */
export function id(description?: string): Field {
  return leaf(['number', 'string'], 'identifier', description);
}

/** A count, an amount or points; points have decimals. */
export function number(description?: string): Field {
  return leaf(['number'], 'number', description);
}

/** A number that is printed as decimal text (`"3000.000"`) on some pages. */
export function decimal(description?: string): Field {
  return leaf(['number', 'string'], 'decimal', description);
}

/** A word of the brand's or the platform's own: a code, a status, the name of a program or a store. Never text typed about a person. */
export function code(description?: string): Field {
  return leaf(['string'], 'word', description);
}

/** True or false. */
export function flag(description?: string): Field {
  return leaf(['boolean'], 'flag', description);
}

/** A moment: epoch milliseconds on most pages, text on some. */
export function moment(description = 'Epoch milliseconds'): Field {
  return leaf(['number', 'string'], 'moment', description);
}

/** A calendar day, `YYYY-MM-DD` without a zone; a few pages print epoch milliseconds. */
export function day(description = 'YYYY-MM-DD'): Field {
  return leaf(['string', 'number'], 'moment', description);
}

/** Text that people type (notes, reasons, comments): it may say anything about anybody. */
export function freeText(description?: string): Field {
  return personal(leaf(['string'], 'word', description));
}

/** Content without a documented shape: taken for personal as a whole. */
export function unknownContent(): Field {
  return personal({ kind: 'anything' });
}

/** Marks a field, with everything below it, as personal. */
export function personal(of: Field): Field {
  return { kind: 'personal', of };
}

/** A personal identifier that events are compared by: `pii-less` keeps a keyed hash of it. */
export function personalId(): Field {
  return { kind: 'personal', of: id(), hashed: true };
}

/** An object with these fields, and possibly others, which are neither safe nor personal by declaration. */
export function object(fields: Fields): Field {
  return { kind: 'object', fields };
}

/** An array of one kind of field. */
export function list(of: Field): Field {
  return { kind: 'list', of };
}

/** An object whose keys are data: ids, most of the time. */
export function map(of: Field): Field {
  return { kind: 'map', of };
}

/** The JSON Schema (2020-12 subset) of a field. Tolerant: nothing is required, further fields may stand anywhere. */
export function schemaOf(field: Field): JsonObject {
  switch (field.kind) {
    case 'leaf':
      return {
        type: [...field.types],
        ...(field.description === undefined ? {} : { description: field.description }),
      };
    case 'anything':
      return {};
    case 'object':
      return {
        type: ['object', 'null'],
        properties: Object.fromEntries(Object.entries(field.fields).map(([name, child]) => [name, schemaOf(child)])),
      };
    case 'list':
      return { type: ['array', 'null'], items: schemaOf(field.of) };
    case 'map':
      return { type: ['object', 'null'], additionalProperties: schemaOf(field.of) };
    case 'personal':
      return schemaOf(field.of);
  }
}

/** The paths of a field that stands at `path`, by what becomes of their values. */
export function pathsOf(field: Field, path: string): Required<Omit<PersonalPaths, 'platformIds'>> {
  switch (field.kind) {
    case 'leaf':
      return { ...NO_PATHS, safe: [{ path, type: field.safe }] };
    case 'personal':
      return { ...NO_PATHS, personal: [path], hashed: field.hashed === true ? [path] : [] };
    case 'anything':
      return NO_PATHS;
    case 'list':
    case 'map':
      return pathsOf(field.of, `${path}.*`);
    case 'object': {
      const children = Object.entries(field.fields).map(([name, child]) => pathsOf(child, `${path}.${name}`));
      return {
        personal: children.flatMap((child) => child.personal),
        safe: children.flatMap((child) => child.safe),
        hashed: children.flatMap((child) => child.hashed),
      };
    }
  }
}

const NO_PATHS = { personal: [], safe: [], hashed: [] };

/** Every field name that occurs in a field, at any depth. */
export function namesIn(field: Field): string[] {
  switch (field.kind) {
    case 'leaf':
    case 'anything':
      return [];
    case 'object':
      return Object.entries(field.fields).flatMap(([name, child]) => [name, ...namesIn(child)]);
    case 'list':
    case 'map':
    case 'personal':
      return namesIn(field.of);
  }
}
