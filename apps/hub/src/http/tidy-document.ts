import type { OpenAPIObject } from '@nestjs/swagger';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type AnySchema = Schemas[string];
type Schema = Exclude<AnySchema, { $ref: string }>;
type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Content = NonNullable<Extract<Operation['requestBody'], { content: unknown }>['content']>;

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

/**
 * Makes the document of Nest fit for generated clients:
 *
 * - Schemas are named like their classes without `Dto`.
 * - A body or response schema with a title is a named schema.
 * - A number is an integer, unless its schema has a format.
 * - An object without declared properties may be any JSON value. Nest writes it for properties of type `unknown`.
 */
export function tidyDocument(document: OpenAPIObject): OpenAPIObject {
  const schemas: Schemas = {};
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    schemas[withoutDto(name)] = tidySchema(schema);
  }
  const paths = mapValues(document.paths, (item) => tidyPath(item, schemas));
  return { ...document, paths, components: { ...document.components, schemas } };
}

function tidyPath(item: PathItem, schemas: Schemas): PathItem {
  const tidied: PathItem = { ...item };
  for (const method of METHODS) {
    const operation = item[method];
    if (operation !== undefined) tidied[method] = tidyOperation(operation, schemas);
  }
  return tidied;
}

function tidyOperation(operation: Operation, schemas: Schemas): Operation {
  const { parameters, requestBody, responses } = operation;
  return {
    ...operation,
    ...(parameters === undefined ? {} : { parameters: parameters.map(tidyHolder) }),
    ...(requestBody === undefined ? {} : { requestBody: tidyContent(requestBody, schemas) }),
    responses: mapValues(responses, (response) => (response === undefined ? response : tidyContent(response, schemas))),
  };
}

/** Tidies the schema of a parameter or of a media type. */
function tidyHolder<Holder extends object>(holder: Holder & { readonly schema?: AnySchema }): Holder {
  return holder.schema === undefined ? holder : { ...holder, schema: tidySchema(holder.schema) };
}

function tidyContent<Holder extends object>(holder: Holder & { readonly content?: Content }, schemas: Schemas): Holder {
  if (holder.content === undefined) return holder;
  const content = mapValues(holder.content, (media) => {
    const tidied = tidyHolder(media);
    const { schema } = tidied;
    return schema === undefined ? tidied : { ...tidied, schema: named(schema, schemas) };
  });
  return { ...holder, content };
}

/** Moves a schema with a title to the named schemas. */
function named(schema: AnySchema, schemas: Schemas): AnySchema {
  if ('$ref' in schema || schema.title === undefined) return schema;
  const { title, ...unnamed } = schema;
  schemas[title] = unnamed;
  return { $ref: `#/components/schemas/${title}` };
}

function tidySchema(schema: AnySchema): AnySchema {
  if ('$ref' in schema) return { $ref: withoutDto(schema.$ref) };
  const { items, properties, additionalProperties: others, allOf, oneOf, anyOf } = schema;
  return {
    ...withType(schema),
    ...(items === undefined ? {} : { items: tidySchema(items) }),
    ...(properties === undefined ? {} : { properties: mapValues(properties, tidySchema) }),
    ...(typeof others === 'object' ? { additionalProperties: tidySchema(others) } : {}),
    ...(allOf === undefined ? {} : { allOf: allOf.map(tidySchema) }),
    ...(oneOf === undefined ? {} : { oneOf: oneOf.map(tidySchema) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(tidySchema) }),
  };
}

function withType(schema: Schema): Schema {
  if (schema.type === 'number' && schema.format === undefined) return { ...schema, type: 'integer' };
  if (schema.type !== 'object' || 'properties' in schema || 'additionalProperties' in schema) return schema;
  const { type: _any, ...untyped } = schema;
  return untyped;
}

function withoutDto(name: string): string {
  return name.replace(/Dto$/, '');
}

function mapValues<Value, Result>(
  values: Readonly<Record<string, Value>>,
  map: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
