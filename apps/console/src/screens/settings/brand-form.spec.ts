import { describe, expect, it } from '@jest/globals';
import { brandFileFields, changeBetween, rebase, type BrandForm } from './brand-form';

const none = { max: '', per: '1d' } as const;
const form: BrandForm = {
  timezone: 'Asia/Kolkata',
  mode: 'standard',
  keep: '',
  personal: '',
  retention: '30d',
  caps: { sms: { max: 3, per: '1d' }, email: none, push: none, whatsapp: none, chat: none },
};

describe('changeBetween', () => {
  it('has only the fields that differ', () => {
    expect(changeBetween(form, form)).toEqual({});
    expect(changeBetween(form, { ...form, timezone: 'UTC' })).toEqual({ timezone: 'UTC' });
    expect(changeBetween(form, { ...form, personal: ' data.a \n\ndata.b' })).toEqual({
      privacy: { mode: 'standard', keep: [], personal: ['data.a', 'data.b'] },
    });
  });

  it('names a removed cap with null, and removes the messaging rules with the last cap', () => {
    const both: BrandForm = { ...form, caps: { ...form.caps, email: { max: 1, per: '7d' } } };
    expect(changeBetween(both, form)).toEqual({ messaging: { caps: { sms: { max: 3, per: '1d' }, email: null } } });
    expect(
      changeBetween(form, { ...form, caps: { sms: none, email: none, push: none, whatsapp: none, chat: none } }),
    ).toEqual({ messaging: null });
  });
});

describe('brandFileFields', () => {
  it('has the fields of a brand file', () => {
    expect(brandFileFields('acme', form)).toEqual({
      brand: 'acme',
      timezone: 'Asia/Kolkata',
      privacy: { mode: 'standard', keep: [], personal: [] },
      retention: '30d',
      messaging: { caps: { sms: { max: 3, per: '1d' } } },
    });
  });
});

describe('rebase', () => {
  it('keeps my changes and takes theirs elsewhere', () => {
    const mine = { ...form, timezone: 'UTC' };
    const theirs = { ...form, timezone: 'Europe/Berlin', retention: '90d' };
    expect(rebase(form, mine, theirs)).toEqual({ ...form, timezone: 'UTC', retention: '90d' });
  });
});
