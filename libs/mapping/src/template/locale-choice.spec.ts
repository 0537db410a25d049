import { describe, expect, it } from '@jest/globals';
import { chooseLocale, localeTemplate } from './locale-choice.js';

describe('chooseLocale', () => {
  const tags = ['en', 'ar-AE', 'ar', 'zh-Hant', 'pt-BR'];

  it.each([
    ['ar-AE', 'ar-AE'],
    ['AR_ae', 'ar-AE'],
    ['ar', 'ar'],
    ['ar-SA', 'ar'],
    ['zh-Hant-TW', 'zh-Hant'],
    ['pt', 'pt-BR'],
    ['pt-PT', 'pt-BR'],
    ['en-GB', 'en'],
    ['fr', 'en'],
    ['', 'en'],
    ['-', 'en'],
    [undefined, 'en'],
    [null, 'en'],
    [7, 'en'],
    ['x'.repeat(100_000), 'en'],
  ])('%s', (locale, tag) => {
    expect(tags[chooseLocale(locale, tags)]).toBe(tag);
  });
});

describe('localeTemplate', () => {
  it.each([
    [{ locale: '{{ recipient.locale }}', en: {}, 'ar-AE': {} }, ['en', 'ar-AE']],
    [{ locale: 'en', en: {} }, ['en']],
    [{ locale: 'en' }, undefined],
    [{ locale: null, en: {} }, undefined],
    [{ en: {}, ar: {} }, undefined],
    [{ locale: 'en', en: 'text' }, undefined],
    [{ locale: 'en', en: {}, body: {} }, undefined],
    [{ locale: 'en', en: {}, 'en-': {} }, undefined],
    [{ locale: 'en', en: {}, en_GB: {} }, undefined],
  ])('of %j', (template, tags) => {
    expect(localeTemplate(template)?.branches.map(([tag]) => tag)).toEqual(tags);
  });
});
