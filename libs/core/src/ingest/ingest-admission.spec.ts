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

  it('bounds the bytes of bodies that wait, whatever their number', () => {
    expect(admitted(200, 'in', 'let-me-in')).toBe(32);
    expect(admission.waitingBytes).toBe(32 * MIB);
  });

  it('keeps room for other sources while one floods, and for the flooding one while strangers do', () => {
    admitted(200, 'in', 'let-me-in');
    expect(admitted(10, 'other', 'other-token')).toBe(10);
    expect(admit('in', 'let-me-in')).toBeNull();
  });

  it('gives callers without credentials no part of the share of the source they name', () => {
    expect(admitted(200, 'in', 'wrong')).toBe(32);
    expect(admitted(200, 'nobody', 'wrong')).toBeGreaterThan(0);
    expect(admitted(5, 'in', 'let-me-in')).toBe(5);
  });

  it('says whom the headers prove, and gives the bytes back', () => {
    const call = admit('in', 'let-me-in');
    expect(call?.provenBy?.record.name).toBe('in');
    expect(admit('in', 'wrong')?.provenBy).toBeUndefined();
    call?.body.release();
    expect(admission.waitingBytes).toBe(MIB);
  });

  it('reads no body of a source whose events fill its share already', () => {
    const head = { brand: 'acme', source: 'in', headers: {} };
    const events = admission.reserveEvents(head, 500);
    expect(admit('in', 'let-me-in', 1)).toBeNull();
    expect(admit('other', 'other-token', 1)).not.toBeNull();
    events?.release();
    expect(admit('in', 'let-me-in', 1)).not.toBeNull();
  });
});
