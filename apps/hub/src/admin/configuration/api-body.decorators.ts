import { applyDecorators } from '@nestjs/common';
import { ApiBody, type ApiBodyOptions } from '@nestjs/swagger';
import { BODY_SCHEMAS } from '@patchbay/config';
import type { BrandPart, JsonObject } from '@patchbay/core';

type OpenApiSchema = Extract<ApiBodyOptions, { schema: unknown }>['schema'];

/** Keywords that have the same name in OpenAPI 3.0 and in JSON Schema. */
const SHARED = [
  ...['type', 'enum', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties'],
] as const;

/** Documents the body that creates a part of a brand, from the schema of brand files. */
export function ApiCreateBody(kind: BrandPart['kind'], example: JsonObject): MethodDecorator {
  const schema = openApiSchema(BODY_SCHEMAS[kind], false);
  const required = ['name', ...requiredOf(BODY_SCHEMAS[kind])];
  const named = { title: `New${capitalised(kind)}`, ...schema, required, example };
  const properties = { name: openApiSchema(BODY_SCHEMAS.name, false), ...propertiesOf(BODY_SCHEMAS[kind], false) };
  return applyDecorators(ApiBody({ required: true, schema: { ...named, properties } }));
}

/** Documents the body that changes a part of a brand: a JSON Merge Patch. */
export function ApiPatchBody(kind: BrandPart['kind'], example: JsonObject): MethodDecorator {
  return applyDecorators(
    ApiBody({
      required: true,
      description: 'A JSON Merge Patch (RFC 7396). Omitted fields stay as they are; null removes an optional field.',
      schema: { title: `${capitalised(kind)}Change`, ...openApiSchema(BODY_SCHEMAS[kind], true), example },
    }),
  );
}

/**
 * Converts a JSON Schema to OpenAPI 3.0.
 * @param patch true for the body of a JSON Merge Patch: no property is required, and each property may be null
 */
export function openApiSchema(schema: unknown, patch: boolean): OpenApiSchema {
  const [then, otherwise, type] = [at(schema, 'then'), at(schema, 'else'), at(schema, 'type')];
  if (then !== undefined) {
    return { oneOf: [{ type: 'string', ...openApiSchema(then, patch) }, openApiSchema(otherwise, patch)] };
  }
  if (Array.isArray(type)) {
    return { oneOf: type.map((one: unknown) => openApiSchema({ ...members(schema), type: one }, patch)) };
  }
  const items = at(schema, 'items');
  const explain = at(schema, 'explain');
  const above = at(schema, 'exclusiveMinimum');
  const properties = propertiesOf(schema, patch);
  const required = patch ? [] : requiredOf(schema);
  return {
    ...shared(schema),
    ...(type === 'number' ? { format: 'double' } : {}),
    ...(typeof explain === 'string' ? { description: explain } : {}),
    ...(typeof above === 'number' ? { minimum: above, exclusiveMinimum: true } : {}),
    ...(items === undefined ? {} : { items: openApiSchema(items, patch) }),
    ...(type === 'object' ? { additionalProperties: othersOf(schema, patch) } : {}),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
  };
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function shared(schema: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries<unknown>(
    SHARED.filter((key) => at(schema, key) !== undefined).map((key) => [key, at(schema, key)]),
  );
}

function propertiesOf(schema: unknown, patch: boolean): Record<string, OpenApiSchema> {
  const converted = Object.entries(members(at(schema, 'properties'))).map(([name, below]): [string, OpenApiSchema] => [
    name,
    { ...openApiSchema(below, patch), ...(patch ? { nullable: true } : {}) },
  ]);
  return Object.fromEntries(converted);
}

function requiredOf(schema: unknown): string[] {
  const required = at(schema, 'required');
  return Array.isArray(required) ? required.map(String) : [];
}

function othersOf(schema: unknown, patch: boolean): OpenApiSchema | boolean {
  const others = at(schema, 'additionalProperties') ?? at(schema, 'properties') === undefined;
  return typeof others === 'object' ? openApiSchema(others, patch) : others === true;
}

function at(value: unknown, name: string): unknown {
  return members(value)[name];
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
