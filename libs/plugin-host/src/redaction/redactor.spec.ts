import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from './redactor.js';
import { SearchedText } from './searched-text.js';
import { sensitiveValues } from './sensitive-values.js';

const PHONE = '+919000000001';
const NAME = 'Zoë "Z" O\'Neil & Söhne/1';
const redactor = new Redactor([PHONE, NAME, 'person@example.com', 's3cret$value']);

describe('Redactor', () => {
  const forms: [string, string][] = [
    ['plain', `to ${PHONE}.`],
    ['without +', 'to 919000000001.'],
    ['with separators', 'to +91 900 000-0001.'],
    ['URL-encoded', `q=${encodeURIComponent(PHONE)}&n=${encodeURIComponent(NAME)}`],
    ['URL-encoded in lower case', `q=${encodeURIComponent(NAME).toLowerCase()}`],
    ['form-encoded', new URLSearchParams({ n: NAME.replace("'", '') }).toString()],
    ['in JSON', JSON.stringify({ n: NAME, e: 'person@example.com' })],
    [
      'in JSON of PHP',
      JSON.stringify({ n: NAME }).replaceAll('/', '\\/').replaceAll('ë', '\\u00eb').replaceAll('ö', '\\u00f6'),
    ],
    ['in HTML', 'Zoë &quot;Z&quot; O&#39;Neil &amp; Söhne/1'],
    ['base64', Buffer.from('s3cret$value').toString('base64')],
    ['hex', Buffer.from('s3cret$value').toString('hex').toUpperCase()],
    ['another case', 'PERSON@Example.com'],
  ];
  it.each(forms.filter(([name]) => name !== 'form-encoded'))('%s', (_name, text) => {
    const clean = redactor.text(text, 4_096);
    expect(clean).toContain('[redacted]');
    expect(clean).not.toMatch(/9000|Zo|Neil|hne|person|s3cret|czNjcmV0|733363/i);
  });

  it('finds every form of any value at any position in a text', () => {
    const form = fc.constantFrom<(value: string) => string>(
      (value) => value,
      (value) => encodeURIComponent(value),
      (value) => JSON.stringify(value).slice(1, -1),
      (value) => Buffer.from(value).toString('base64'),
      (value) => Buffer.from(value).toString('base64url'),
      (value) => Buffer.from(value).toString('hex'),
      (value) => value.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
    );
    // The text around the value cannot be read as a continuation of the value. Any part of the value that remains is
    // therefore visible.
    const around = fc.stringMatching(/^[ <>{}:;]{0,40}$/);
    const value = fc
      .string({ unit: 'grapheme', minLength: 4, maxLength: 40 })
      .filter((text) => /^[^\s[\]]{4,}$/.test(text));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 5 }),
        form,
        around,
        around,
        (values, asForm, before, after) => {
          const [sensitive = ''] = values;
          const clean = new Redactor(values).text(`${before}${asForm(sensitive)}${after}`, 4_096);
          expect(clean).toContain('[redacted]');
          if (!before.concat(after).includes(asForm(sensitive))) expect(clean).not.toContain(asForm(sensitive));
        },
      ),
    );
  });

  it('removes base64 that contains a value at any position, whatever was encoded with it', () => {
    for (const before of ['', 'a', 'ab', 'abc', 'user:']) {
      for (const value of [PHONE, NAME, 's3cret$value', PHONE.slice(1)]) {
        for (const form of ['base64', 'base64url'] as const) {
          const run = Buffer.from(`${before}${value}, and more`).toString(form);
          expect(redactor.text(`Basic ${run}; x/${run}`, 4_096)).toBe('Basic [redacted]; [redacted]');
        }
      }
    }
    const json = Buffer.from(
      JSON.stringify({ to: NAME }).replaceAll('ë', '\\u00eb').replaceAll('ö', '\\u00f6'),
    ).toString('base64');
    expect(redactor.text(`{"sent":"${json}"}`, 4_096)).toBe('{"sent":"[redacted]"}');
    const harmless = Buffer.from('no personal data in here').toString('base64');
    expect(redactor.text(`id ${harmless} SM00000000000000000000000000000001`, 4_096)).toBe(
      `id ${harmless} SM00000000000000000000000000000001`,
    );
  });

  it('keeps values that are not sensitive', () => {
    expect(redactor.text('error 21211: invalid number', 4_096)).toBe('error 21211: invalid number');
    expect(new Redactor([]).text('as it is', 5)).toBe('as it');
    expect(new Redactor(['en', 'on']).text('one tenth', 100)).toBe('one tenth');
  });

  it('removes the rest of a value that was cut at the end of the text', () => {
    expect(redactor.text('to +9190000', 4_096)).toBe('to [redacted]');
    expect(redactor.text('mail person@exam', 4_096)).toBe('mail [redacted]');
    const long = new Redactor([`Dear customer, ${'your balance '.repeat(1_000)}`]);
    expect(long.text(`echo: Dear customer, ${'your balance '.repeat(300)}`, 4_096)).toBe('echo: [redacted]');
    expect(redactor.text('person', 3)).not.toContain('per');
  });

  it('caches a text without sensitive values, but searches it again, and caches no other text', () => {
    const [clean, told] = ['{"state":"invented"}', `{"to":"${NAME}"}`];
    expect([redactor.text(clean, 100), redactor.text(told, 100)]).toEqual([clean, '{"to":"[redacted]"}']);
    expect(SearchedText.of(clean)).toBe(SearchedText.of(clean));
    expect(SearchedText.of(told)).not.toBe(SearchedText.of(told));
    expect(new Redactor(['invented']).text(clean, 100)).toBe('{"state":"[redacted]"}');
  });

  it('terminates on hostile texts', () => {
    const hostile = new Redactor(['(a+)+$'.repeat(50), 'aaaa'.repeat(1_000), '1'.repeat(15)]);
    expect(hostile.text('a'.repeat(4_096), 4_096)).toBe('[redacted][redacted]');
    expect(hostile.text('1 '.repeat(2_048), 4_096).length).toBeLessThan(4_097);
  });
});

describe('sensitiveValues', () => {
  it('collects values below paths', () => {
    const value = {
      to: PHONE,
      list: [{ key: 'key-1' }, { key: 'key-2', other: 'other' }],
      deep: { a: ['texts', 'en', 12_345, 7] },
      free: 'free',
    };
    expect(sensitiveValues(value, ['to', 'list.*.key', 'deep', 'missing.x'])).toEqual([
      PHONE,
      'key-1',
      'key-2',
      'texts',
      '12345',
    ]);
  });
});
