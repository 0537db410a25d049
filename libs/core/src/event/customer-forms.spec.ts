import { describe, expect, it } from '@jest/globals';
import { brandRecord } from '../testing/configuration-builder.js';
import { customerForms, type CustomerIdOrigin } from './customer-forms.js';
import { identifierHash } from './personal-identifier.js';

const brand = brandRecord({ mode: 'pii-less' });
const hash = (id: string): string => identifierHash(brand.vault, id);
const forms = (id: string, origin: CustomerIdOrigin = 'platform'): unknown => customerForms(id, brand, origin);

describe('customerForms', () => {
  it('returns the hash of an e-mail address and of a number with +, regardless of its spelling', () => {
    expect(forms('Asha@Example.com')).toEqual({ current: [hash('asha@example.com')], earlier: ['Asha@Example.com'] });
    expect(forms('+91 98123-45670', 'other')).toMatchObject({ current: [hash('919812345670')] });
  });

  it('returns the form of plain digits that the sources of the brand use', () => {
    expect(forms('700100201')).toEqual({ current: ['700100201'], earlier: [hash('700100201')] });
    expect(forms('919812345670', 'other')).toEqual({ current: [hash('919812345670')], earlier: ['919812345670'] });
    expect(forms('700100201', 'both')).toEqual({ current: ['700100201', hash('700100201')], earlier: [] });
  });

  it('returns any other id and any hash unchanged', () => {
    expect(forms('EXT-1', 'other')).toEqual({ current: ['EXT-1'], earlier: [hash('EXT-1')] });
    expect(forms(hash('EXT-1'))).toEqual({ current: [hash('EXT-1')], earlier: [] });
  });

  it('returns the id for a standard brand, and its hash as an earlier form', () => {
    expect(customerForms('a@example.com', brandRecord(), 'both')).toEqual({
      ...{ current: ['a@example.com'], earlier: [hash('a@example.com')] },
    });
  });

  it('returns the normalised id too for a standard brand whose sources pick keys', () => {
    const formsOf = (id: string): unknown => customerForms(id, brandRecord(), 'both', true);
    expect(formsOf('+1 500 555 0006')).toMatchObject({ current: ['+1 500 555 0006', '+15005550006'] });
    expect(formsOf('7')).toMatchObject({ current: ['7'] });
  });
});
