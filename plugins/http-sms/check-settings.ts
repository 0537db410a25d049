import type { SettingProblem } from '@patchbay/plugin-sdk';
import { headerProblem } from './gateway-request.js';
import type { AnswerTest, GatewayErrors, HttpSmsSettings } from './http-sms.dto.js';
import { isSound, namesIn, textsIn } from './template.js';

/** A text with placeholders, and the names that it may not use. */
interface Place {
  readonly field: string;
  readonly text: string;
  readonly without: RegExp;
}

const NONE = /^$/;
/** A path could be left with `..`, a header cannot hold any text. */
const NOT_IN_URLS = /^(body|callbackUrl|extra\..*)$/;
const NOT_IN_HEADERS = /^body$/;
const NOT_TO_VERIFY = /^(?!secrets\.)/;

/** Settings that do not fit each other, or that no rule of a single field can tell. */
export function checkSettings(settings: HttpSmsSettings): readonly SettingProblem[] {
  return [
    ...placesIn(settings).flatMap(placeholderProblems),
    ...urlProblems('request.url', settings.request.url),
    ...(settings.verify ? urlProblems('verify.url', settings.verify.url) : []),
    ...headerProblems(settings),
    ...bodyProblems(settings),
    ...testProblems(settings),
    ...callbackProblems(settings),
  ];
}

function placesIn({ request, verify }: Pick<HttpSmsSettings, 'request' | 'verify'>): readonly Place[] {
  const places = (texts: readonly (readonly [string, string])[], without: RegExp): Place[] =>
    texts.map(([field, text]) => ({ field, text, without }));
  return [
    ...places([['request.url', request.url]], NOT_IN_URLS),
    ...places(textsIn(request.headers ?? {}, 'request.headers'), NOT_IN_HEADERS),
    ...places(textsIn(request.query ?? {}, 'request.query'), NONE),
    ...places(textsIn(request.json ?? null, 'request.json'), NONE),
    ...places(textsIn(request.form ?? {}, 'request.form'), NONE),
    ...places([['request.xml', request.xml ?? '']], NONE),
    ...places([['verify.url', verify?.url ?? '']], NOT_TO_VERIFY),
    ...places(textsIn(verify?.query ?? {}, 'verify.query'), NOT_TO_VERIFY),
  ];
}

function placeholderProblems({ field, text, without }: Place): SettingProblem[] {
  if (!isSound(text)) {
    const message =
      'has a placeholder that there is none of; known are {{ to }}, {{ toDigits }}, {{ toNational }}, {{ body }}, ' +
      '{{ deliveryId }}, {{ callbackUrl }}, {{ secrets.NAME }}, {{ extra.NAME }}';
    return [{ field, message }];
  }
  const misplaced = namesIn(text).find((name) => without.test(name));
  return misplaced === undefined
    ? []
    : [{ field, message: `cannot hold {{ ${misplaced} }}; put it into the query or body` }];
}

/** Only a part of the path may vary: the address itself is where the credentials go. */
function urlProblems(field: string, url: string): SettingProblem[] {
  if (/[?#]/.test(url)) return [{ field, message: 'may have no query; put it into "query"' }];
  const origin = /^https?:\/\/[^/]*/i.exec(url)?.[0] ?? '';
  return origin.includes('{') ? [{ field, message: 'may have placeholders in its path only, not in its host' }] : [];
}

function headerProblems({ request }: HttpSmsSettings): SettingProblem[] {
  return Object.keys(request.headers ?? {}).flatMap((name) => {
    const message = headerProblem(name);
    return message === undefined ? [] : [{ field: `request.headers.${name}`, message }];
  });
}

function bodyProblems({ request }: HttpSmsSettings): SettingProblem[] {
  const { method, json, form, xml, callingCode } = request;
  const names = placesIn({ request }).flatMap(({ text }) => namesIn(text));
  return [
    ...(method === 'GET' && (json ?? form ?? xml) !== undefined
      ? [{ field: 'request.method', message: 'is GET, which carries no body; use "query", or POST' }]
      : []),
    ...(names.includes('body') ? [] : [{ field: 'request', message: 'sends no {{ body }}, the text of the message' }]),
    ...(names.some((name) => /^to(Digits|National)?$/.test(name))
      ? []
      : [
          { field: 'request', message: 'names no recipient; put {{ to }}, {{ toDigits }} or {{ toNational }} into it' },
        ]),
    ...(names.includes('toNational') && callingCode === undefined
      ? [{ field: 'request.callingCode', message: 'is needed for {{ toNational }}, such as "91"' }]
      : []),
  ];
}

function testProblems({ success, errors }: HttpSmsSettings): SettingProblem[] {
  const lists: readonly (keyof GatewayErrors)[] = ['rejected', 'throttled', 'credentials', 'transient'];
  const tests: readonly (readonly [string, AnswerTest])[] = [
    ...(success ? [['success', success] as const] : []),
    ...lists.flatMap((kind) =>
      (errors?.[kind] ?? []).map((test, index) => [`errors.${kind}.${String(index)}`, test] as const),
    ),
  ];
  return tests.flatMap(([field, { path, values }]) =>
    values !== undefined && path === undefined
      ? [{ field: `${field}.path`, message: 'is needed beside "values": it says where to look for them' }]
      : [],
  );
}

function callbackProblems({ request, callback }: HttpSmsSettings): SettingProblem[] {
  const sendsCallbackUrl = placesIn({ request }).some(({ text }) => namesIn(text).includes('callbackUrl'));
  if (sendsCallbackUrl && !callback) {
    return [{ field: 'callback', message: 'is needed, because the request tells the gateway {{ callbackUrl }}' }];
  }
  if (!sendsCallbackUrl && callback) {
    return [{ field: 'callback', message: 'is of no use unless the request tells the gateway {{ callbackUrl }}' }];
  }
  return [];
}
