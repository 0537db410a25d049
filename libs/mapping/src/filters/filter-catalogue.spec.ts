import { describe, expect, it } from '@jest/globals';
import { engineFor } from '../liquid/engine.js';
import { TEMPLATE_FILTERS } from './filter-catalogue.js';

describe('TEMPLATE_FILTERS', () => {
  it('lists exactly the filters that mappings can use', () => {
    const known = Object.keys(engineFor({ timezone: 'UTC' }).filters).sort();
    expect(TEMPLATE_FILTERS.map(({ name }) => name)).toEqual(known);
  });

  it('describes each filter in one sentence', () => {
    expect(TEMPLATE_FILTERS.filter(({ description }) => !/^[A-Z].+\.$/.test(description))).toEqual([]);
  });
});
