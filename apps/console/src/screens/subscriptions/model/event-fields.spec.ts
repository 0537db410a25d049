import { describe, expect, it } from '@jest/globals';
import { fieldsBelow, leafFields } from './event-fields';

const shape = {
  schemas: [
    {
      type: 'object',
      properties: {
        points: { type: ['integer', 'null'] },
        customer: { type: 'object', properties: { name: { type: 'string' } } },
        items: { type: 'array', items: { type: 'object', properties: { sku: { type: 'string' } } } },
      },
    },
    { type: 'object', properties: { points: { type: 'string' }, tier: {} } },
  ],
  sample: { points: 120, customer: { name: 'Asha' } },
};

describe('fieldsBelow', () => {
  it('lists the first-level keys of all schemas once, with the example value', () => {
    expect(fieldsBelow('data', shape).map(({ name, type, example }) => [name, type, example])).toEqual([
      ['customer', 'object', ''],
      ['items', 'array', ''],
      ['points', 'integer', '120'],
      ['tier', '', ''],
    ]);
  });

  it('follows objects and lists', () => {
    expect(fieldsBelow('data.customer', shape)).toMatchObject([{ path: 'data.customer.name', example: 'Asha' }]);
    expect(fieldsBelow('data.items', shape)).toMatchObject([{ path: 'data.items.sku' }]);
  });

  it('lists the fields of the other roots', () => {
    expect(fieldsBelow('recipient', shape).map(({ name }) => name)).toContain('phone');
    expect(fieldsBelow('nothing', shape)).toEqual([]);
  });
});

describe('leafFields', () => {
  it('lists the paths that have a value', () => {
    expect(leafFields(shape).map(({ path }) => path)).toEqual([
      'data.items',
      'data.points',
      'data.tier',
      'data.customer.name',
    ]);
  });
});
