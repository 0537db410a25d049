import type { CallbackCall } from '../sandbox/sandbox-definition.js';

/** Call that an attacker could make. */
export interface Forgery {
  /** Difference from a genuine call. */
  readonly what: string;
  readonly call: CallbackCall;
}

/**
 * Returns the calls with the proof missing, empty, changed or shortened. The proof is what differs in the same call with
 * other credentials: a header, a parameter of the URL or a value in the body.
 */
export function forgedProofs(genuine: CallbackCall, other: CallbackCall): readonly Forgery[] {
  return [
    ...forgedHeaders(genuine, other),
    ...forgedPairs('the parameter', new URL(genuine.url).searchParams, new URL(other.url).searchParams, (pairs) => {
      const url = new URL(genuine.url);
      url.search = pairs.toString();
      return { ...genuine, url: url.href };
    }),
    ...forgedBody(genuine, other),
  ];
}

/** Returns calls in which the username or the password of HTTP Basic is wrong, and the other is right. */
export function forgedBasic(genuine: CallbackCall): readonly Forgery[] {
  const [, encoded = ''] = /^Basic (\S+)$/i.exec(genuine.headers.authorization ?? '') ?? [];
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) return [];
  const [username, password] = [pair.slice(0, colon), pair.slice(colon + 1)];
  const withLogin = (what: string, login: string): Forgery => ({
    what,
    call: withHeader(genuine, 'authorization', `Basic ${Buffer.from(login).toString('base64')}`),
  });
  return [
    withLogin('another password', `${username}:${changed(password)}`),
    withLogin('an empty password', `${username}:`),
    withLogin('the beginning of the password', `${username}:${password.slice(0, -1)}`),
    withLogin('another username', `${changed(username)}:${password}`),
    withLogin('no colon', username),
    { what: 'no Authorization header', call: withHeader(genuine, 'authorization', undefined) },
    { what: 'Bearer instead of Basic', call: withHeader(genuine, 'authorization', `Bearer ${encoded}`) },
  ];
}

function forgedHeaders(genuine: CallbackCall, other: CallbackCall): readonly Forgery[] {
  const names = Object.keys(genuine.headers).filter(
    (name) => name !== 'content-length' && genuine.headers[name] !== other.headers[name],
  );
  return names.flatMap((name) => {
    const value = genuine.headers[name] ?? '';
    return [
      { what: `without the header ${name}`, call: withHeader(genuine, name, undefined) },
      { what: `the header ${name} is empty`, call: withHeader(genuine, name, '') },
      { what: `the header ${name} is changed`, call: withHeader(genuine, name, changed(value)) },
      { what: `the header ${name} is shortened`, call: withHeader(genuine, name, half(value)) },
    ];
  });
}

function forgedBody(genuine: CallbackCall, other: CallbackCall): readonly Forgery[] {
  if (genuine.body === other.body) return [];
  const isForm = (genuine.headers['content-type'] ?? '').includes('form-urlencoded');
  if (isForm) {
    return forgedPairs('the field', new URLSearchParams(genuine.body), new URLSearchParams(other.body), (pairs) => ({
      ...genuine,
      body: pairs.toString(),
    }));
  }
  return [{ what: 'the body with other credentials', call: { ...genuine, body: other.body } }];
}

function forgedPairs(
  kind: string,
  genuine: URLSearchParams,
  other: URLSearchParams,
  call: (pairs: URLSearchParams) => CallbackCall,
): readonly Forgery[] {
  const names = [...new Set(genuine.keys())].filter((name) => genuine.get(name) !== other.get(name));
  return names.flatMap((name) => {
    const value = genuine.get(name) ?? '';
    const replaced = (text: string | undefined): CallbackCall => {
      const pairs = new URLSearchParams(genuine);
      if (text === undefined) pairs.delete(name);
      else pairs.set(name, text);
      return call(pairs);
    };
    return [
      { what: `without ${kind} ${name}`, call: replaced(undefined) },
      { what: `${kind} ${name} is empty`, call: replaced('') },
      { what: `${kind} ${name} is changed`, call: replaced(changed(value)) },
      { what: `${kind} ${name} is shortened`, call: replaced(half(value)) },
    ];
  });
}

/** Returns the first half of a proof. A cut at the end may remove only the padding of base64. */
function half(value: string): string {
  return value.slice(0, Math.floor(value.length / 2));
}

/** Changes the first character, because the last one of base64 may not count. */
function changed(value: string): string {
  return `${value.startsWith('x') ? 'y' : 'x'}${value.slice(1)}`;
}

function withHeader(call: CallbackCall, name: string, value: string | undefined): CallbackCall {
  const { [name]: _former, ...headers } = call.headers;
  return { ...call, headers: value === undefined ? headers : { ...headers, [name]: value } };
}
