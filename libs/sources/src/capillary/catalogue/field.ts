import type { JsonObject, PersonalPaths, SafeType } from '@patchbay/core';

/**
 * Field of an event's data. The JSON Schema, the personal paths and the safe paths are derived from it. A field without
 * inner fields is safe unless it is inside {@link personal}.
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

/** Declares an identifier. Some of Capillary's pages print identifiers as numbers, others as text. */
export function id(description?: string): Field {
  return leaf(['number', 'string'], 'identifier', description);
}

/** Declares a count, an amount or points; points have decimals. */
export function number(description?: string): Field {
  return leaf(['number'], 'number', description);
}

/** Declares a number that some of Capillary's pages print as decimal text (`"3000.000"`). */
export function decimal(description?: string): Field {
  return leaf(['number', 'string'], 'decimal', description);
}

/**
 * Declares a value from the brand or the platform: a code, a status, the name of a program or a store. Must not be used
 * for text about a person.
 */
export function code(description?: string): Field {
  return leaf(['string'], 'word', description);
}

/** Declares a boolean. */
export function flag(description?: string): Field {
  return leaf(['boolean'], 'flag', description);
}

/** Declares a point in time: epoch milliseconds on most of Capillary's pages, text on some. */
export function moment(description = 'Epoch milliseconds'): Field {
  return leaf(['number', 'string'], 'moment', description);
}

/** Declares a calendar day, `YYYY-MM-DD` without a zone. A few of Capillary's pages show epoch milliseconds. */
export function day(description = 'YYYY-MM-DD'): Field {
  return leaf(['string', 'number'], 'moment', description);
}

/** Declares text that people type (notes, reasons, comments), which may contain personal data. */
export function freeText(description?: string): Field {
  return personal(leaf(['string'], 'word', description));
}

/** Declares content without a documented shape, which is treated as personal as a whole. */
export function unknownContent(): Field {
  return personal({ kind: 'anything' });
}

/** Marks a field, including everything inside it, as personal. */
export function personal(of: Field): Field {
  return { kind: 'personal', of };
}

/**
 * Declares a personal identifier that is used for comparisons. A `pii-less` brand keeps a keyed hash of the identifier.
 */
export function personalId(): Field {
  return { kind: 'personal', of: id(), hashed: true };
}

/**
 * Declares an object with these fields. The object may have other fields, which the catalogue declares neither safe nor
 * personal.
 */
export function object(fields: Fields): Field {
  return { kind: 'object', fields };
}

/** Declares an array whose items are all of one kind of field. */
export function list(of: Field): Field {
  return { kind: 'list', of };
}

/** Declares an object whose keys are data, usually ids. */
export function map(of: Field): Field {
  return { kind: 'map', of };
}

/**
 * Builds the JSON Schema (a subset of version 2020-12) of a field. No field is required, and other fields are allowed
 * everywhere.
 */
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

/** Returns the paths of a field at `path`, grouped by how their values are handled. */
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

/** Returns all field names inside a field, at any depth. */
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
