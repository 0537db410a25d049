import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isJsonObject, type JsonObject } from '../json-types.js';
import { MappingError } from '../mapping-error.js';
import type { MappingScope } from '../scope.js';
import { compileMapping, type MappingOptions } from './compile-mapping.js';

/** Template with a scope and the expected result. */
interface Fixture {
  readonly template: JsonObject;
  readonly options?: MappingOptions;
  readonly scope?: Partial<MappingScope>;
  /** Message that a valid template renders, and the paths that it reads. */
  readonly message?: JsonObject;
  readonly reads?: readonly string[];
  /**
   * Expected path and part of the error message of an invalid template. If there is a scope, the error occurs during
   * rendering.
   */
  readonly problem?: { readonly path: string; readonly says: string };
}

describe('a valid template', () => {
  for (const [name, fixture] of fixturesOf('valid')) {
    it(name, () => {
      const mapping = compileMapping(fixture.template, fixture.options);
      const scope = scopeOf(fixture);
      const before = structuredClone(scope);
      expect(mapping.render(scope)).toEqual({ ok: true, message: fixture.message });
      expect(scope).toEqual(before);
      if (fixture.reads) expect(mapping.reads).toEqual(fixture.reads);
    });
  }
});

describe('an invalid template', () => {
  for (const [name, fixture] of fixturesOf('invalid')) {
    it(name, () => {
      const { path = '', says } = fixture.problem ?? {};
      const problem = problemOf(fixture);
      expect(problem?.path).toBe(path);
      expect(problem?.message).toContain(says);
      expect(problem?.message).toContain(`Mapping at "${path === '' ? '(top)' : path}": `);
    });
  }
});

function problemOf(fixture: Fixture): { path: string; message: string } | undefined {
  try {
    const mapping = compileMapping(fixture.template, fixture.options);
    if (!fixture.scope) return undefined;
    const result = mapping.render(scopeOf(fixture));
    return result.ok ? undefined : result.problem;
  } catch (error) {
    if (!(error instanceof MappingError) || fixture.scope) throw error;
    return error;
  }
}

function scopeOf({ scope = {} }: Fixture): MappingScope {
  return { event: {}, data: {}, enriched: {}, recipient: {}, brand: {}, ...scope };
}

function fixturesOf(folder: 'valid' | 'invalid'): [name: string, fixture: Fixture][] {
  const url = new URL(`../../fixtures/${folder}/`, import.meta.url);
  return readdirSync(url).map((file) => {
    const fixture: unknown = JSON.parse(readFileSync(new URL(file, url), 'utf8'));
    if (!isFixture(fixture)) throw new Error(`${folder}/${file} has no template.`);
    return [file.replace('.json', ''), fixture];
  });
}

function isFixture(value: unknown): value is Fixture {
  return isJsonObject(value) && isJsonObject(value['template']) && ('message' in value || 'problem' in value);
}
