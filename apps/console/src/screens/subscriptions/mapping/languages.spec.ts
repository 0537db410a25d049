import { describe, expect, it } from '@jest/globals';
import { directionOf, languagesOf, withLanguage, withoutLanguage } from './languages';

describe('languages of a mapping', () => {
  const single = { to: 'x', body: 'Hello' };

  it('appear with a second language and disappear with it', () => {
    const two = withLanguage(single, 'en', 'ar');
    expect(two).toEqual({ locale: '{{ recipient.locale }}', en: single, ar: single });
    expect(withoutLanguage(two, 'ar')).toEqual(single);
  });

  it('are null if a key is not a language or has no object', () => {
    expect(languagesOf({ locale: 'en', body: 'x' })).toBeNull();
    expect(languagesOf({ locale: 'en', template_name: {} })).toBeNull();
    expect(languagesOf(single)).toBeNull();
    expect(languagesOf({ $action: 'sendText', locale: 'en', en: single })?.branches).toEqual([['en', single]]);
  });

  it('know the languages that are written from right to left', () => {
    expect(['ar-AE', 'he', 'ur', 'en-IN', 'hi'].map(directionOf)).toEqual(['rtl', 'rtl', 'rtl', 'ltr', 'ltr']);
  });
});
