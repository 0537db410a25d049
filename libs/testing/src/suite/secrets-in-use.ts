import { fieldsOf, type Ctor, type FieldInfo, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import { SandboxRequest } from '../sandbox/sandbox-request.js';

/** Endings of the names of secret fields. Fields that only identify something (`…Sid`, `…Id`, `…Url`) may be shown. */
const SECRET_NAME_ENDS = ['secret', 'password', 'token', 'apikey', 'privatekey', 'serviceaccount'];
const SECRET_NAME = new RegExp(`(${SECRET_NAME_ENDS.join('|')})s?$`, 'i');
const CREDENTIAL_HEADER = /(^|[-_])(key|apikey|token|secret|auth|authorization|password|session)$/i;
/** Minimum length of a value that is recognised in a request. Shorter values occur by chance. */
const MIN_LENGTH = 4;

/** Request of the plugin or call of the vendor, as far as it can contain credentials. */
export type SecretCarrier = Pick<SandboxRequest, 'headers' | 'query' | 'text'>;

/**
 * Returns one line per field without `secret: true` whose name or use shows that it is a secret. A value is used as a
 * secret if a request contains it as a token, a password or a key.
 */
export function unmarkedSecrets(
  part: 'credentials' | 'settings',
  ctor: Ctor<object>,
  values: JsonObject,
  requests: readonly SecretCarrier[],
): readonly string[] {
  return openFields(fieldsOf(ctor), values).flatMap(({ path, name, value }) => {
    if (SECRET_NAME.test(name)) return [`${part}.${path}: its name says that it is a secret`];
    if (typeof value !== 'string' || value.length < MIN_LENGTH) return [];
    const place = requests.map((request) => placeOf(value, request)).find((one) => one !== undefined);
    return place === undefined ? [] : [`${part}.${path}: the sandbox received it as ${place}`];
  });
}

interface OpenField {
  readonly path: string;
  readonly name: string;
  readonly value: Json | undefined;
}

/** Returns all fields that may be shown, with the sandbox's values. */
function openFields(fields: readonly FieldInfo[], values: Json | undefined, prefix = ''): readonly OpenField[] {
  const own = typeof values === 'object' && values !== null && !Array.isArray(values) ? values : {};
  return fields
    .filter(({ secret }) => !secret)
    .flatMap(({ name, fields: nested }) =>
      nested.length > 0
        ? openFields(nested, own[name], `${prefix}${name}.`)
        : [{ path: prefix + name, name, value: own[name] }],
    );
}

/** Returns the place at which a request contains a value as a credential; undefined if there is none. */
function placeOf(value: string, { headers, query, text }: SecretCarrier): string | undefined {
  const basic = basicOf(headers);
  if (basic?.password === value) return 'the password of HTTP Basic';
  if (basic?.username === value && basic.password === '') return 'the username of HTTP Basic without a password';
  const header = Object.entries(headers).find(
    ([name, sent]) => CREDENTIAL_HEADER.test(name) && (sent === value || sent.replace(/^\S+ /, '') === value),
  );
  if (header !== undefined) return `the header ${header[0]}`;
  const pairs = [...query, ...new URLSearchParams(text), ...jsonTexts(text)];
  const named = pairs.find(([name, sent]) => sent === value && SECRET_NAME.test(name.replaceAll(/[-_]/g, '')));
  return named && `"${named[0]}"`;
}

function basicOf(headers: Readonly<Record<string, string>>) {
  return new SandboxRequest('GET', '/', new URLSearchParams(), headers, Buffer.alloc(0)).basic();
}

/** Returns the texts of a JSON object's own properties. */
function jsonTexts(text: string): readonly (readonly [string, string])[] {
  const body = new SandboxRequest('POST', '/', new URLSearchParams(), {}, Buffer.from(text)).jsonObject() ?? {};
  return Object.entries(body).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
}
