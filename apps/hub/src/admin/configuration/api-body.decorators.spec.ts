import { describe, expect, it } from '@jest/globals';
import { BODY_SCHEMAS } from '@patchbay/config';
import { openApiSchema } from './api-body.decorators.js';

/** Lists the keywords that OpenAPI 3.0 does not have, or has in another form. */
function unsupportedKeywords(schema: unknown, at = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const unknown = ['if', 'then', 'else', 'propertyNames', 'later', 'explain'];
  return Object.entries(schema).flatMap(([key, value]) => {
    const isName = at.endsWith('.properties');
    const wrong =
      (!isName && unknown.includes(key)) ||
      (!isName && key === 'exclusiveMinimum' && value !== true) ||
      (!isName && key === 'type' && typeof value !== 'string');
    return [...(wrong ? [`${at}.${key}`] : []), ...unsupportedKeywords(value, `${at}.${key}`)];
  });
}

describe('the OpenAPI schema of a request body', () => {
  it.each(['brand', 'source', 'destination', 'subscription'] as const)(
    'uses only keywords of OpenAPI 3.0: %s',
    (kind) => {
      expect(unsupportedKeywords(openApiSchema(BODY_SCHEMAS[kind], false))).toEqual([]);
      expect(unsupportedKeywords(openApiSchema(BODY_SCHEMAS[kind], true))).toEqual([]);
    },
  );

  it('matches the schema of a brand file', () => {
    expect(openApiSchema(BODY_SCHEMAS.destination, false)).toMatchObject({
      type: 'object',
      required: ['type'],
      additionalProperties: false,
      properties: {
        settings: { type: 'object', additionalProperties: true },
        limits: {
          properties: { ratePerSecond: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 10_000 } },
        },
        retry: { properties: { schedule: { items: { description: expect.stringContaining('a duration') } } } },
      },
    });
    expect(openApiSchema(BODY_SCHEMAS.brand, false)).toMatchObject({
      properties: { privacy: { oneOf: [{ type: 'string', enum: ['standard', 'pii-less'] }, { required: ['mode'] }] } },
    });
  });

  it('requires no property of a patch and accepts null for each', () => {
    const patch = openApiSchema(BODY_SCHEMAS.subscription, true);
    expect(patch).not.toHaveProperty('required');
    expect(patch).toMatchObject({ properties: { when: { nullable: true }, source: { nullable: true } } });
  });
});
