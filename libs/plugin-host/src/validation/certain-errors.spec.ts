import { describe, expect, it } from '@jest/globals';
import { messageShapes, type JsonObject } from '@patchbay/mapping';
import { Field, OneOf } from '@patchbay/plugin-sdk';
import { compileClass } from './compile-schema.js';

class Item {
  @Field({ label: 'SKU', minLength: 3 })
  sku: string;
}
@OneOf([['text'], ['template']])
class Message {
  @Field({ label: 'To', format: 'e164' })
  to: string;
  @Field({ label: 'Text', optional: true, maxLength: 10 })
  text?: string;
  @Field({ label: 'Template', optional: true })
  template?: string;
  @Field({ label: 'Count', type: 'integer', optional: true })
  count?: number;
  @Field({ label: 'Mode', enum: ['a', 'b'], optional: true })
  mode?: string;
  @Field({ label: 'Items', optional: true, type: 'list', items: Item, minItems: 2 })
  items?: Item[];
}
const { checkShape } = compileClass(Message);
const problems = (template: JsonObject): string[] =>
  messageShapes(template).flatMap((shape) =>
    checkShape(shape).map(({ field, message }) => `${field}: ${message}`.replace(/; known.*?(?=\. Did|$)/, '')),
  );
const good = { to: '{{ recipient.phone }}', text: 'Hi {{ data.name }}' };

describe('problems of a message shape', () => {
  it.each<[string, JsonObject]>([
    ['a message with outputs', good],
    [
      'outputs in a number, an enum and a list',
      { ...good, count: '{{ data.n }}', mode: '{{ data.m }}', items: '{{ data.l }}' },
    ],
    [
      'two fields that depend on one condition',
      {
        to: good.to,
        text: { $if: '{{ data.a }}', then: null, else: 'Hi {{ data.n }}' },
        template: { $if: '{{ data.a }}', then: 'T1', else: null },
      },
    ],
    ['a text that depends on the event in an enum', { ...good, mode: 'a{{ data.m }}' }],
    [
      'a list with an unknown number of items',
      { ...good, items: { $each: '{{ data.l }}', do: { sku: '{{ item.s }}' } } },
    ],
    ['an item that may be absent', { ...good, items: [{ $if: '{{ data.a }}', then: { sku: 'abc' } }] }],
    [
      'alternatives that depend on the event',
      { to: '{{ data.to }}', text: '{{ data.text }}', template: { $if: '{{ data.t }}', then: 'x' } },
    ],
  ])('none for %s', (_name, template) => {
    expect(problems(template)).toEqual([]);
  });

  it.each<[string, JsonObject, readonly string[]]>([
    [
      'wrong keys',
      { too: '{{ recipient.phone }}', txt: 'Hi' },
      [
        ': needs exactly one of: text; template',
        'to: is required',
        'too: is not known here. Did you mean "to"?',
        'txt: is not known here. Did you mean "text"?',
      ],
    ],
    ['a text for a number', { ...good, count: 'n {{ data.n }}' }, ['count: must be a whole number']],
    ['a literal outside of an enum', { ...good, mode: 'c' }, ['mode: must be one of: a, b']],
    ['a literal that is too long', { ...good, text: 'x'.repeat(11) }, ['text: must have at most 10 characters']],
    ['both alternatives', { ...good, template: 't' }, [': needs exactly one of: text; template']],
    [
      'an item of $each',
      { ...good, items: { $each: '{{ data.l }}', do: { skuu: 'x' } } },
      ['items.0.sku: is required', 'items.0.skuu: is not known here. Did you mean "sku"?'],
    ],
    [
      'the second branch',
      { ...good, mode: { $if: '{{ data.a }}', then: 'a', else: 'x' } },
      ['mode: must be one of: a, b'],
    ],
  ])('%s', (_name, template, expected) => {
    expect(problems(template)).toEqual(expected);
  });
});
