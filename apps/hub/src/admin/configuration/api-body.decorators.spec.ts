import { describe, expect, it } from '@jest/globals';
import { BODY_SCHEMAS } from '@patchbay/config';
import { openApiSchema } from './api-body.decorators.js';

/** Keywords that OpenAPI 3.0 does not know, or knows in another form. */
function foreign(schema: unknown, at = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const unknown = ['if', 'then', 'else', 'propertyNames', 'later', 'explain'];
  return Object.entries(schema).flatMap(([key, value]) => {
    const isName = at.endsWith('.properties');
    const wrong =
      (!isName && unknown.includes(key)) ||
      (!isName && key === 'exclusiveMinimum' && value !== true) ||
      (!isName && key === 'type' && typeof value !== 'string');
    return [...(wrong ? [`${at}.${key}`] : []), ...foreign(value, `${at}.${key}`)];
  });
}

describe('the documentation of a body', () => {
  it.each(['brand', 'source', 'destination', 'subscription'] as const)('is what OpenAPI can say: %s', (kind) => {
    expect(foreign(openApiSchema(BODY_SCHEMAS[kind], false))).toEqual([]);
    expect(foreign(openApiSchema(BODY_SCHEMAS[kind], true))).toEqual([]);
  });

  it('says what a file may say', () => {
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

  it('of a change needs nothing and lets everything be removed', () => {
    const patch = openApiSchema(BODY_SCHEMAS.subscription, true);
    expect(patch).not.toHaveProperty('required');
    expect(patch).toMatchObject({ properties: { when: { nullable: true }, source: { nullable: true } } });
  });
});
