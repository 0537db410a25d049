import { describe, expect, it } from '@jest/globals';
import { VaultError } from '../vault.port.js';
import { parsePersonal, PrivacyRules, restoreData, serialisePersonal } from './privacy.js';

const paths = {
  personal: ['data.contact.**', 'data.**.phone', 'attributes.trace'],
  safe: ['data.points', 'data.items.*.points'],
};
const data = {
  points: 5,
  contact: { email: 'customer@example.com' },
  items: [{ points: 1, phone: '+15005550006', note: 'gift' }],
  nickname: 'Kit',
};
const attributes = { refId: '1_2', trace: 'customer@example.com' };

function rules(mode: 'standard' | 'pii-less', also: { keep?: string[]; personal?: string[] } = {}) {
  return new PrivacyRules({ mode, keep: [], personal: [], ...also }, () => paths);
}

describe('privacy `standard`', () => {
  it('takes the personal values out, so that they can be sealed and put back', () => {
    const split = rules('standard', { personal: ['data.nickname'] }).split('any', data, attributes);
    expect(JSON.stringify([split.data, split.attributes])).not.toMatch(/example\.com|1500|Kit/);
    expect(split).toMatchObject({
      data: { points: 5, items: [{ points: 1, note: 'gift' }] },
      attributes: { refId: '1_2' },
    });
    const personal = parsePersonal(serialisePersonal(split.personal));
    expect(restoreData(split.data, personal)).toEqual(data);
    expect(personal).toContainEqual({ root: 'attributes', path: ['trace'], value: 'customer@example.com' });
  });

  it.each(['{}', '[null]', '[{"root":"brand","path":[],"value":1}]', '[{"root":"data","path":[{}],"value":1}]'])(
    'puts nothing back out of %s, which it never sealed',
    (serialised) => {
      expect(() => parsePersonal(serialised)).toThrow(VaultError);
    },
  );
});

describe('privacy `pii-less`', () => {
  it('keeps only what is safe', () => {
    const split = rules('pii-less').split('any', data, attributes);
    expect(split).toEqual({ data: { points: 5, items: [{ points: 1 }] }, attributes: { refId: '1_2' }, personal: [] });
  });

  it('keeps what the brand says, a whole object too', () => {
    const split = rules('pii-less', { keep: ['data.contact', 'data.nickname'] }).split('any', data, attributes);
    expect(split.data).toMatchObject({ contact: { email: 'customer@example.com' }, nickname: 'Kit' });
  });

  it('removes what the brand calls personal, even where the catalogue calls it safe', () => {
    expect(rules('pii-less', { personal: ['data.items'] }).split('any', data, {}).data).toEqual({ points: 5 });
  });
});
