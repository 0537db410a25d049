import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { filters as builtIn } from 'liquidjs';
import { fieldFilters } from '../filters/field-filters.js';
import { engineFor, TAGS } from './engine.js';

const engine = engineFor({ timezone: 'UTC' });
const page = readFileSync(new URL('../../../../docs/mapping.md', import.meta.url), 'utf8');

describe('engineFor', () => {
  it('has exactly the filters that docs/mapping.md lists', () => {
    const own = Object.keys(fieldFilters({ timezone: 'UTC' }));
    const listed = /From Liquid: `([^`]+)`/.exec(page)?.[1]?.split(/\s+/) ?? [];
    expect(Object.keys(engine.filters).sort()).toEqual([...listed, ...own].sort());
    for (const name of own) expect(page).toContain(`| \`${name}\``);
  });

  it('omits only known filters of Liquid', () => {
    const left = Object.keys(builtIn).filter((name) => !(name in engine.filters));
    expect(left.sort()).toEqual(
      [
        ...[
          'date_to_long_string',
          'date_to_rfc822',
          'date_to_string',
          'date_to_xmlschema',
          'find_exp',
          'find_index_exp',
        ],
        ...['group_by_exp', 'has_exp', 'hmac_sha256', 'inspect', 'jsonify', 'raw', 'reject_exp', 'sample', 'sha256'],
        ...['unescape', 'where_exp'],
      ].filter((name) => name in builtIn),
    );
  });

  it('has no tag that reads a file or keeps a counter', () => {
    expect(Object.keys(engine.tags).sort()).toEqual([...TAGS].sort());
  });

  it('returns the same engine only for the same options', () => {
    expect(engineFor({ timezone: 'UTC' })).toBe(engine);
    expect(engineFor({ timezone: 'Asia/Kolkata' })).not.toBe(engine);
    expect(engineFor({ timezone: 'UTC', defaultCountry: 'IN' })).not.toBe(engine);
  });
});
