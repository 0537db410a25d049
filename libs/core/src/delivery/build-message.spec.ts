import { describe, expect, it } from '@jest/globals';
import { subscriptionRecord } from '../testing/configuration-builder.js';
import { MappingCache } from './build-message.js';
import type { DestinationTypeFacts } from './destination-gateway.port.js';

const PRESET = { text: 'preset' };
const facts: DestinationTypeFacts = {
  type: 'acme-sms',
  messaging: 'sms',
  quotaExcess: 'wait',
  limits: () => ({}),
  idempotent: () => false,
  batch: () => undefined,
  hasStatusCallback: false,
  addressPathsOf: () => [],
  preset: (eventType) => (eventType === 'pointsIssued' ? PRESET : undefined),
};

function catalogue() {
  const requested: (readonly string[])[] = [];
  const records = [
    subscriptionRecord({ id: 'own', mapping: { text: 'own' }, enrich: ['profile'] }),
    subscriptionRecord({ id: 'preset', mapping: null }),
  ];
  const subscriptionVersions = (ids: readonly string[]) => {
    requested.push(ids);
    return Promise.resolve(records.filter(({ id }) => ids.includes(id)));
  };
  return { requested, mappings: new MappingCache({ subscriptionVersions }) };
}

describe('MappingCache', () => {
  it('reads a subscription version once', async () => {
    const { requested, mappings } = catalogue();
    const version = await mappings.versionOf('own');
    expect(version).toMatchObject({ id: 'own', mapping: { text: 'own' }, enrich: ['profile'] });
    expect(await mappings.versionOf('own')).toBe(version);
    expect(await mappings.messagingOf('own')).toBe(version.messaging);
    expect(requested).toEqual([['own']]);
    await expect(mappings.versionOf('gone')).rejects.toThrow('Subscription version gone is not stored');
  });

  it('compiles the mapping of a version, or the shared preset, once per time zone', async () => {
    const { mappings } = catalogue();
    const [own, preset] = [await mappings.versionOf('own'), await mappings.versionOf('preset')];
    const other = { ...preset, id: 'other' };
    const mappingOf = (version: typeof own, zone = 'UTC', eventType = 'pointsIssued') =>
      mappings.mappingFor({ version, step: 0 }, eventType, facts, zone);
    expect(mappingOf(own)).toBeDefined();
    expect(mappingOf(own)).toBe(mappingOf(own));
    expect(mappingOf(own)).not.toBe(mappingOf(preset));
    expect(mappingOf(preset)).toBe(mappingOf(other));
    expect(mappingOf(preset)).not.toBe(mappingOf(preset, 'Asia/Kolkata'));
    expect(mappingOf(preset, 'UTC', 'unknown')).toBeUndefined();
    expect(mappingOf(own, 'UTC', 'unknown')).toBe(mappingOf(own));
  });

  it('compiles a preset again after its plugin was loaded again', async () => {
    const { mappings } = catalogue();
    const part = { version: await mappings.versionOf('preset'), step: 0 };
    const changed = { ...facts, preset: () => ({ text: 'changed' }) };
    const templates = [facts, changed].map((one) => mappings.mappingFor(part, 'pointsIssued', one, 'UTC')?.template);
    expect(templates).toEqual([{ text: 'preset' }, { text: 'changed' }]);
  });
});
