import { describe, expect, it } from '@jest/globals';
import type { Json } from '@patchbay/plugin-sdk';
import type { CapillaryLogSpec } from '../configuration/lookups.js';
import { LOG_START, LogFormatError, logQuery, readLogPage } from './log-page.js';

const NUMBERED: CapillaryLogSpec = {
  entries: 'data.content',
  fields: { id: 'eventId', type: 'eventName', status: 'status' },
  waiting: ['RETRYING'],
  paging: { kind: 'page', parameter: 'page', first: 1 },
  size: { parameter: 'size', entries: 50 },
  range: { from: 'startDate', to: 'endDate' },
};
const CURSOR: CapillaryLogSpec = {
  fields: { id: 'event.id', type: 'event.type', time: 'times.0', status: 'state', payload: 'event.body' },
  waiting: [],
  paging: { kind: 'cursor', parameter: 'after', next: 'next' },
};

const numbered = (...ids: Json[]): Json => ({ data: { content: ids.map((eventId) => ({ eventId, eventName: 'a' })) } });

describe('logQuery', () => {
  it('contains the range, the size and the first page', () => {
    expect(logQuery(NUMBERED, 10, 20, LOG_START)).toEqual({ startDate: '10', endDate: '20', size: '50', page: '1' });
  });

  it('continues at a page or a cursor, and leaves out what the settings leave out', () => {
    expect(logQuery(NUMBERED, 10, 20, { next: '7', lastPage: null })).toMatchObject({ page: '7' });
    expect(logQuery(CURSOR, 10, 20, LOG_START)).toEqual({});
    expect(logQuery(CURSOR, 10, 20, { next: 'c', lastPage: null })).toEqual({ after: 'c' });
  });
});

describe('readLogPage', () => {
  it('reads entries by the paths of the settings, and counts entries without an id or a type', () => {
    const list = [{ eventId: 7, eventName: 'a', status: 'DELIVERED' }, { eventId: ' ', eventName: 'a' }, 'text'];
    const page = readLogPage(NUMBERED, LOG_START, { data: { content: list } });
    expect(page.entries).toEqual([{ id: 7, type: 'a', time: undefined, status: 'DELIVERED', payload: undefined }]);
    expect(page.unreadable).toBe(2);
    expect(page.after).toMatchObject({ next: '2' });
  });

  it.each([
    ['an object', { eventName: 'a' }, { eventName: 'a' }],
    ['JSON in a text', '{"eventName":"a"}', { eventName: 'a' }],
    ['a text that is not valid JSON', 'eventName=a', undefined],
  ])('reads a payload that is %s, in a list without a path', (_name, body, payload) => {
    const spec = { ...CURSOR, paging: NUMBERED.paging };
    const page = readLogPage(spec, LOG_START, [{ event: { id: 'i', type: 'a', body }, times: [5], state: 200 }]);
    expect(page.entries).toEqual([{ id: 'i', type: 'a', time: 5, status: '200', payload }]);
  });

  it('ends numbered pages at an empty page, because Capillary may limit the size of a page', () => {
    expect(readLogPage(NUMBERED, LOG_START, numbered('1')).after).not.toBeNull();
    expect(readLogPage(NUMBERED, { next: '9', lastPage: 'x' }, numbered()).after).toBeNull();
  });

  it('ends at an answer without a cursor, and reads on after an empty page with a new cursor', () => {
    const spec = { ...CURSOR, entries: 'list' };
    const page = (next: Json | undefined, ...list: Json[]): Json => ({ list, ...(next === undefined ? {} : { next }) });
    const entry = { event: { id: 'i', type: 'a' } };
    expect(readLogPage(spec, LOG_START, page('c1', entry)).after).toMatchObject({ next: 'c1' });
    expect(readLogPage(spec, { next: 'c1', lastPage: null }, page(22)).after).toEqual({ next: '22', lastPage: null });
    expect(readLogPage(spec, { next: 'c1', lastPage: null }, page('c1')).after).toBeNull();
    for (const next of [null, '', undefined]) expect(readLogPage(spec, LOG_START, page(next, entry)).after).toBeNull();
    expect(() => readLogPage(spec, LOG_START, page('c'.repeat(5_000), entry))).toThrow('logs.cursor.next');
  });

  it('fails if Capillary returns the same page again, as it does for an unknown parameter', () => {
    const first = readLogPage(NUMBERED, LOG_START, numbered('1', '2'));
    expect(() => readLogPage(NUMBERED, first.after ?? LOG_START, numbered('1', '2'))).toThrow(
      'whose parameter is page',
    );
    expect(readLogPage(NUMBERED, first.after ?? LOG_START, numbered('1', '3')).entries).toHaveLength(2);
  });

  it('names the setting that does not match, and no value of the answer', () => {
    const secret = 'invented-value';
    const failures: [Json, string][] = [
      [{ data: { content: secret } }, 'no list at data.content'],
      [{ data: { content: [{ other: secret }] } }, 'an id at eventId and a type at eventName'],
    ];
    for (const [body, expected] of failures) {
      const read = (): unknown => readLogPage(NUMBERED, LOG_START, body);
      expect(read).toThrow(LogFormatError);
      expect(read).toThrow(expected);
      expect(read).not.toThrow(secret);
    }
    expect(() => readLogPage(CURSOR, LOG_START, {})).toThrow('Set platform.capillary.logs.entries');
  });
});
