import { describe, expect, it } from '@jest/globals';
import { jsonObjectIn } from './json.js';
import { withVendorFields } from './vendor-fields.js';

describe('withVendorFields', () => {
  const body = { to: 'a', options: { callback: 'https://hub', tags: ['x'] }, messages: [{ to: 'a' }] };

  it('returns the body itself if there are no further fields', () => {
    expect(withVendorFields(body, undefined, ['to'])).toBe(body);
  });

  it('adds fields at every level', () => {
    const vendor = { speed: 1, none: null, options: { language: 'TR' }, messages: [{ flash: true }] };
    expect(withVendorFields(body, vendor, [])).toEqual({
      ...{ to: 'a', speed: 1, none: null },
      options: { callback: 'https://hub', tags: ['x'], language: 'TR' },
      messages: [{ to: 'a', flash: true }],
    });
  });

  it.each([
    ['a text', { to: 'b' }],
    ['a text by null', { to: null }],
    ['a text in another case', { TO: 'b', T_O: 'c' }],
    ['a nested text', { options: { callback: 'https://other', CallBack: 'https://other' } }],
    ['an object by a text', { options: 'none' }],
    ['an object by a list', { options: [{ callback: 'https://other' }] }],
    ['an entry of a list', { messages: [{ to: 'b' }] }],
    ['a list by an object', { messages: { to: 'b' } }],
    ['a list by a longer list', { messages: [{}, { to: 'b' }], options: { tags: ['y', 'z'] } }],
  ])('never replaces %s', (_name, vendor) => {
    expect(withVendorFields(body, vendor, [])).toEqual(body);
  });

  it.each([
    ['bcc', { bcc: ['b'] }],
    ['bcc', { BCC: null }],
    ['bcc', { bcc: [] }],
    ['reply_to', { replyTo: 'b' }],
    ['messages.cc', { messages: [{}, { cc: 'b' }] }],
    ['messages.cc', { messages: { cc: 'b' } }],
    ['messages.cc', { messages: [[{ cc: 'b' }]] }],
    ['android.notification.tag', { android: { notification: { tag: 'b' } } }],
    ['Destination', { Destination: { BccAddresses: ['b'] } }],
  ])('refuses the reserved field %s in %j, and never repeats its value', (path, vendor) => {
    const add = () => withVendorFields({}, vendor, ['other', path]);
    expect(add).toThrow(expect.objectContaining({ kind: 'mapping', message: expect.stringContaining(`"${path}"`) }));
    expect(add).not.toThrow('"b"');
  });

  it('allows other fields beside a reserved field', () => {
    const vendor = { android: { notification: { icon: 'i' }, tag: 'free' } };
    expect(withVendorFields({}, vendor, ['android.notification.tag', 'android.icon'])).toEqual(vendor);
  });

  it('changes no prototype', () => {
    const vendor = jsonObjectIn('{"__proto__":{"to":"b"},"options":{"__proto__":{"polluted":true}}}');
    const { options, ...rest } = withVendorFields(body, vendor, []);
    expect([Object.getPrototypeOf(options), Object.getPrototypeOf(rest)]).toEqual([Object.prototype, Object.prototype]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(rest.to).toBe('a');
  });
});
