import { beforeEach, describe, expect, it } from '@jest/globals';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import { configurationRecords, simpleAdapter, sourceRecord } from '../testing/configuration-builder.js';
import { IngestAdmission, type AdmittedHead } from './ingest-admission.js';

const MIB = 1024 * 1024;

describe('IngestAdmission', () => {
  let admission: IngestAdmission;
  beforeEach(async () => {
    const other = { ...sourceRecord({ bearer: ['other-token'] }), id: 'source-2', name: 'other' };
    const records = configurationRecords({ sources: [sourceRecord(), other] });
    const configuration = new LiveConfiguration(
      { revision: () => Promise.resolve(records.revision), load: () => Promise.resolve(records) },
      new Map([[simpleAdapter.name, simpleAdapter]]),
    );
    await configuration.refresh();
    admission = new IngestAdmission(
      configuration,
      ({ auth }, { headers }) => auth.bearer?.some((token) => headers['token'] === token) ?? false,
      { now: () => 0 },
      { maxBytes: 64 * MIB, maxEvents: 1_000 },
    );
  });

  const admit = (source: string, token: string, bytes = MIB): AdmittedHead | null =>
    admission.admit({ brand: 'acme', source, headers: { token } }, bytes);
  const admitted = (count: number, source: string, token: string): number =>
    Array.from({ length: count }, () => admit(source, token)).filter((one) => one !== null).length;

  it('bounds the bytes of waiting bodies', () => {
    expect(admitted(200, 'in', 'let-me-in')).toBe(32);
    expect(admission.waitingBytes).toBe(32 * MIB);
  });

  it('keeps capacity for other sources while one source floods', () => {
    admitted(200, 'in', 'let-me-in');
    expect(admitted(10, 'other', 'other-token')).toBe(10);
    expect(admit('in', 'let-me-in')).toBeNull();
  });

  it('does not count callers without credentials against the share of the source that they name', () => {
    expect(admitted(200, 'in', 'wrong')).toBe(32);
    expect(admitted(200, 'nobody', 'wrong')).toBeGreaterThan(0);
    expect(admitted(5, 'in', 'let-me-in')).toBe(5);
  });

  it('returns the source that the headers authenticate, and releases the bytes', () => {
    const call = admit('in', 'let-me-in');
    expect(call?.provenBy?.record.name).toBe('in');
    expect(admit('in', 'wrong')?.provenBy).toBeUndefined();
    call?.body.release();
    expect(admission.waitingBytes).toBe(MIB);
  });

  it('admits no body of a source whose events use up its share', () => {
    const head = { brand: 'acme', source: 'in', headers: {} };
    const events = admission.reserveEvents(head, 500);
    expect(admit('in', 'let-me-in', 1)).toBeNull();
    expect(admit('other', 'other-token', 1)).not.toBeNull();
    events?.release();
    expect(admit('in', 'let-me-in', 1)).not.toBeNull();
  });
});
