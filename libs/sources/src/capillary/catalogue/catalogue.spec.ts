import { describe, expect, it } from '@jest/globals';
import { compilePaths, keepOnly, removeMatching, type EventTypeInfo, type JsonObject } from '@patchbay/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { capillaryAdapter } from '../capillary.adapter.js';
import { CATALOGUE, DECLARED_PATHS, knownSpelling } from './catalogue.js';
import { PLANTED } from './shared-samples.js';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
const planted = Object.values(PLANTED);

function pathsOf({ type }: EventTypeInfo) {
  const { personal, safe } = capillaryAdapter.personalPaths(type);
  return { personal: compilePaths(personal), safe: compilePaths(safe.map(({ path }) => path)) };
}

function sampleOf({ sample }: EventTypeInfo): JsonObject {
  return sample ?? {};
}

function leaves(value: unknown, path: string[] = ['data']): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}

describe('the catalogue of Capillary events', () => {
  it('contains every documented type once', () => {
    const types = CATALOGUE.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
    expect(types.length).toBe(76);
  });

  it('recognises a type in any case, and with the blanks of line-wrapped logs', () => {
    expect(knownSpelling('couponissue')).toBe('CouponIssue');
    expect(knownSpelling('PointsIssued')).toBe('pointsIssued');
    expect(knownSpelling('customer Added')).toBe('customerAdded');
    expect(knownSpelling('somethingNew')).toBe('somethingNew');
  });

  describe.each(CATALOGUE)('$type', (info) => {
    it('has a sample that matches its schema and is not empty', () => {
      const validate = ajv.compile(info.schema);
      expect({ valid: validate(info.sample), errors: validate.errors }).toEqual({ valid: true, errors: null });
      expect(Object.keys(sampleOf(info)).length).toBeGreaterThan(0);
    });

    it('declares every field of its sample', () => {
      const properties = info.schema.properties as JsonObject;
      expect(Object.keys(sampleOf(info)).filter((name) => !Object.hasOwn(properties, name))).toEqual([]);
    });

    it('classifies every leaf of its sample as safe or personal', () => {
      const { personal, safe } = pathsOf(info);
      for (const path of leaves(info.sample)) {
        const isPersonal = path.some((_, index) => personal.matches(path.slice(0, index + 1)));
        const isEmpty = ['{}', '[]'].includes(JSON.stringify(path.reduce<unknown>(ownChild, { data: info.sample })));
        expect({ path, rated: isEmpty || isPersonal !== safe.matches(path) }).toEqual({ path, rated: true });
      }
    });

    it('declares no path as safe that matches a pattern for personal data', () => {
      const { personal } = pathsOf(info);
      const clashes = capillaryAdapter
        .personalPaths(info.type)
        .safe.map(({ path }) => path.split('.'))
        .filter((path) => path.some((_, index) => personal.matches(path.slice(0, index + 1))));
      expect(clashes).toEqual([]);
    });

    it('keeps every personal value sealed or removed, in both privacy modes', () => {
      const { personal, safe } = pathsOf(info);
      for (const kept of [
        keepOnly(sampleOf(info), safe, 'data').kept,
        removeMatching(sampleOf(info), personal, 'data').kept,
      ]) {
        const text = JSON.stringify(kept);
        expect(planted.filter((value) => text.includes(value))).toEqual([]);
      }
    });

    it('keeps some data in pii-less mode', () => {
      expect(Object.keys(keepOnly(sampleOf(info), pathsOf(info).safe, 'data').kept).length).toBeGreaterThan(0);
    });
  });

  it('keeps the fields that a points message needs, and the customer id', () => {
    const info = CATALOGUE.find(({ type }) => type === 'pointsIssued');
    const safe = (DECLARED_PATHS.get('pointsIssued')?.safe ?? []).map(({ path }) => path);
    const { kept } = keepOnly(info?.sample ?? {}, compilePaths(safe), 'data');
    expect(kept).toMatchObject({
      totalPointsIssued: 120,
      programCurrentPoints: 120,
      customerIdentifiers: { customerId: 700100201 },
      regularPointsBreakup: [{ points: 100, expiryAt: '2026-06-29' }],
      loyaltyProgramDetails: { tiers: [{ tierName: 'Classic' }, { tierName: 'Silver' }, { tierName: 'Gold' }] },
    });
  });

  it('uses its planted personal values in the samples', () => {
    const all = JSON.stringify(CATALOGUE.map(({ sample }) => sample));
    expect(planted.filter((value) => !all.includes(value))).toEqual([]);
  });
});

describe('an unknown event type', () => {
  it('has no safe fields, and its usual personal fields are recognised', () => {
    const { personal, safe } = capillaryAdapter.personalPaths('somethingNew');
    expect(safe.filter(({ path }) => path.startsWith('data.'))).toEqual([]);
    const { kept } = removeMatching(
      {
        points: 5,
        profile: { FirstName: 'Asha', card_number: 'x', instore: { externalId: 'e' } },
        store: { externalId: 's' },
      },
      compilePaths(personal),
      'data',
    );
    expect(kept).toEqual({ points: 5, profile: { instore: {} }, store: { externalId: 's' } });
  });
});

function ownChild(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}
