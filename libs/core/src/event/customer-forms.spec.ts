import { describe, expect, it } from '@jest/globals';
import { brandRecord } from '../testing/configuration-builder.js';
import { customerForms, type CustomerIdOrigin } from './customer-forms.js';
import { identifierHash } from './personal-identifier.js';

const brand = brandRecord({ mode: 'pii-less' });
const hash = (id: string): string => identifierHash(brand.vault, id);
const forms = (id: string, origin: CustomerIdOrigin = 'platform'): unknown => customerForms(id, brand, origin);

describe('the forms in which a pii-less brand stores a customer', () => {
  it('is the hash of an e-mail address and of a number with +, however it is typed', () => {
    expect(forms('Asha@Example.com')).toEqual({ current: [hash('asha@example.com')], earlier: ['Asha@Example.com'] });
    expect(forms('+91 98123-45670', 'other')).toMatchObject({ current: [hash('919812345670')] });
  });

  it('is for plain digits what the sources make of them', () => {
    expect(forms('700100201')).toEqual({ current: ['700100201'], earlier: [hash('700100201')] });
    expect(forms('919812345670', 'other')).toEqual({ current: [hash('919812345670')], earlier: ['919812345670'] });
    expect(forms('700100201', 'both')).toEqual({ current: ['700100201', hash('700100201')], earlier: [] });
  });

  it('is any other id as it is, and a hash as it is', () => {
    expect(forms('EXT-1', 'other')).toEqual({ current: ['EXT-1'], earlier: [hash('EXT-1')] });
    expect(forms(hash('EXT-1'))).toEqual({ current: [hash('EXT-1')], earlier: [] });
  });

  it('is for a standard brand the id; hashes are of an earlier mode', () => {
    expect(customerForms('a@example.com', brandRecord(), 'both')).toEqual({
      ...{ current: ['a@example.com'], earlier: [hash('a@example.com')] },
    });
  });
});
