import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { describeDocument } from './describe-document.js';

function documentOf(path: string, parameter: string, description = ''): OpenAPIObject {
  return {
    openapi: '3.0.0',
    info: { title: '', version: '' },
    paths: {
      [path]: {
        get: { parameters: [{ name: parameter, in: 'path' }], responses: { 200: { description } } },
      },
    },
  };
}

describe('describeDocument', () => {
  it.each([
    ['/v1/brands/{brand}', 'brand', 'Name of the brand.'],
    ['/v1/brands/{brand}/deliveries/{id}', 'id', 'Id of the delivery.'],
    ['/v1/brands/{brand}/capillary/log-checks/{id}', 'id', 'Id of the log check.'],
    ['/v1/brands/{brand}/destinations/{name}/pause', 'name', 'Name of the destination.'],
  ])('describes a parameter of %s', (path, name, description) => {
    const operation = describeDocument(documentOf(path, name)).paths[path]?.get;
    expect(operation?.parameters).toEqual([{ name, in: 'path', description }]);
  });

  it('describes a successful response that has no description', () => {
    const describedAs = (text: string) =>
      describeDocument(documentOf('/v1/{brand}', 'brand', text)).paths['/v1/{brand}']?.get?.responses['200'];
    expect(describedAs('')).toEqual({ description: 'The request succeeded' });
    expect(describedAs('Metrics')).toEqual({ description: 'Metrics' });
  });

  it('refuses a parameter that it cannot describe', () => {
    expect(() => describeDocument(documentOf('/v1/things/{thing}', 'thing'))).toThrow('The parameter thing of');
  });
});
