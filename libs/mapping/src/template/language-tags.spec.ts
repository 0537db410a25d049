import { describe, expect, it } from '@jest/globals';
import { languageFindings } from './language-tags.js';

const messages = (...keys: readonly string[]): readonly string[] =>
  languageFindings({ locale: '{{ recipient.locale }}', ...Object.fromEntries(keys.map((key) => [key, {}])) }).map(
    ({ message, isError }) => `${isError ? 'error' : 'warning'} ${message}`,
  );

describe('languageFindings', () => {
  it('accepts language tags', () => {
    expect(messages('en', 'ar-AE', 'zh-Hant-TW', 'fil')).toEqual([]);
  });

  it.each([
    ['arabic', 'error "arabic" is not a language tag (BCP 47), such as en or ar-AE. Did you mean "ar"?'],
    ['en_IN', 'error "en_IN" is not a language tag (BCP 47), such as en or ar-AE. Did you mean "en-IN"?'],
    ['default', 'error "default" is not a language tag (BCP 47), such as en or ar-AE.'],
    ['xx', 'warning "xx" is not a registered language, so no recipient has it.'],
  ])('finds %s', (key, expected) => {
    expect(messages('en', key)).toEqual([expected]);
  });

  it('says nothing about a message with a field locale', () => {
    expect(languageFindings({ locale: 'en', template: {}, to: 'x' })).toEqual([]);
    expect(languageFindings({ body: 'x' })).toEqual([]);
    expect(languageFindings({ $action: 'sendText', locale: 'en', en: {}, english: {} })).toMatchObject([
      { key: 'english' },
    ]);
  });
});
