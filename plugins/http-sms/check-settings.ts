import type { SettingProblem } from '@patchbay/plugin-sdk';
import { headerProblem } from './gateway-request.js';
import type { AnswerTest, GatewayErrors, HttpSmsSettings } from './http-sms.dto.js';
import { isSound, namesIn, textsIn } from './template.js';

/** Setting that may contain placeholders, with the names of the placeholders that the setting must not contain. */
interface Place {
  readonly field: string;
  readonly text: string;
  readonly without: RegExp;
}

const NONE = /^$/;
/**
 * Placeholders that URLs and headers must not contain. Their values could contain `..`, which changes a path, or
 * characters that are not allowed in a header.
 */
const NOT_IN_URLS = /^(body|callbackUrl|extra\..*)$/;
const NOT_IN_HEADERS = /^body$/;
const NOT_TO_VERIFY = /^(?!secrets\.)/;

/** Finds settings that exclude each other, and errors that the rules of a single field cannot find. */
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
      'has an unknown placeholder; known are {{ to }}, {{ toDigits }}, {{ toNational }}, {{ body }}, ' +
      '{{ deliveryId }}, {{ callbackUrl }}, {{ secrets.NAME }}, {{ extra.NAME }}';
    return [{ field, message }];
  }
  const misplaced = namesIn(text).find((name) => without.test(name));
  return misplaced === undefined
    ? []
    : [{ field, message: `must not contain {{ ${misplaced} }}; move it to "query" or "body"` }];
}

/** Checks that only the path of a URL contains placeholders, because the host in the URL receives the credentials. */
function urlProblems(field: string, url: string): SettingProblem[] {
  if (/[?#]/.test(url)) return [{ field, message: 'must not contain a query; move the query to "query"' }];
  const origin = /^https?:\/\/[^/]*/i.exec(url)?.[0] ?? '';
  return origin.includes('{')
    ? [{ field, message: 'contains a placeholder in its host; use placeholders only in its path' }]
    : [];
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
      ? [
          {
            field: 'request.method',
            message: 'is GET, which cannot have a body; move the values to "query", or use POST',
          },
        ]
      : []),
    ...(names.includes('body')
      ? []
      : [{ field: 'request', message: 'does not contain the text of the message; add {{ body }}' }]),
    ...(names.some((name) => /^to(Digits|National)?$/.test(name))
      ? []
      : [
          {
            field: 'request',
            message: 'does not contain the recipient; add {{ to }}, {{ toDigits }} or {{ toNational }}',
          },
        ]),
    ...(names.includes('toNational') && callingCode === undefined
      ? [
          {
            field: 'request.callingCode',
            message: 'is required, because the request uses {{ toNational }}; set it, for example to "91"',
          },
        ]
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
      ? [
          {
            field: `${field}.path`,
            message: 'is required, because "values" is set; set it to the path of the value to compare',
          },
        ]
      : [],
  );
}

function callbackProblems({ request, callback }: HttpSmsSettings): SettingProblem[] {
  const sendsCallbackUrl = placesIn({ request }).some(({ text }) => namesIn(text).includes('callbackUrl'));
  if (sendsCallbackUrl && !callback) {
    return [
      {
        field: 'callback',
        message:
          'is required, because the request sends {{ callbackUrl }} to the gateway; set it, or remove {{ ' +
          'callbackUrl }}',
      },
    ];
  }
  if (!sendsCallbackUrl && callback) {
    return [
      {
        field: 'callback',
        message:
          'has no effect unless the request sends {{ callbackUrl }} to the gateway; add {{ callbackUrl }}, or ' +
          'remove "callback"',
      },
    ];
  }
  return [];
}
