import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { tidyDocument } from './tidy-document.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** Returns the tidied form of named schemas. */
function tidied(schemas: Schemas): unknown {
  const document = { openapi: '3.0.0', info: { title: '', version: '' }, paths: {}, components: { schemas } };
  return tidyDocument(document).components?.schemas;
}

describe('tidyDocument', () => {
  it('names schemas without Dto, also in references', () => {
    const page = {
      type: 'object',
      properties: { data: { type: 'array', items: { $ref: '#/components/schemas/KeyDto' } } },
    };
    expect(tidied({ KeyPageDto: page, KeyDto: { type: 'string' } })).toEqual({
      KeyPage: { type: 'object', properties: { data: { type: 'array', items: { $ref: '#/components/schemas/Key' } } } },
      Key: { type: 'string' },
    });
  });

  it('declares a number without format as an integer', () => {
    expect(tidied({ Count: { type: 'number' }, Rate: { type: 'number', format: 'double' } })).toEqual({
      Count: { type: 'integer' },
      Rate: { type: 'number', format: 'double' },
    });
  });

  it('allows any JSON for an object without declared properties', () => {
    const free = { type: 'object', additionalProperties: true };
    expect(tidied({ Value: { type: 'object', description: 'any' }, Free: free })).toEqual({
      Value: { description: 'any' },
      Free: free,
    });
  });

  it('keeps the reference of a nullable object', () => {
    const clause = { nullable: true, type: 'object', allOf: [{ $ref: '#/components/schemas/ClauseDto' }] };
    expect(tidied({ Outcome: { type: 'object', properties: { clause } } })).toMatchObject({
      Outcome: { properties: { clause: { nullable: true, allOf: [{ $ref: '#/components/schemas/Clause' }] } } },
    });
  });

  it('moves a body with a title to the named schemas', () => {
    const body = { title: 'NewKey', type: 'object', properties: { name: { type: 'string' } } };
    const { paths, components } = tidyDocument({
      openapi: '3.0.0',
      info: { title: '', version: '' },
      paths: {
        '/keys': {
          post: { requestBody: { content: { 'application/json': { schema: body } } }, responses: {} },
        },
      },
    });
    expect(paths['/keys']?.post?.requestBody).toEqual({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/NewKey' } } },
    });
    expect(components?.schemas).toEqual({ NewKey: { type: 'object', properties: { name: { type: 'string' } } } });
  });
});
