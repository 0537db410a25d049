import type { VendorResponse } from '@patchbay/plugin-sdk';
import { SHORTEST_SENSITIVE } from './sensitive-values.js';

export const REDACTED = '[redacted]';
const BODY_LIMIT = 4_096;
const PHONE = /^\+?(\d{7,15})$/;

/**
 * Takes sensitive values out of texts that a vendor or a plugin wrote, in the forms in which they come back: plain,
 * URL-encoded, escaped for JSON or HTML, base64, hex; phone numbers with or without `+` and separators.
 */
export class Redactor {
  private readonly variants: readonly string[];
  private readonly pattern: RegExp | undefined;

  constructor(values: readonly string[]) {
    const variants = new Set(values.filter((value) => value.length >= SHORTEST_SENSITIVE).flatMap(encodings));
    this.variants = [...variants].sort((a, b) => b.length - a.length);
    const sources = this.variants.map(escapeForPattern).concat(values.flatMap(phonePattern));
    this.pattern = sources.length === 0 ? undefined : new RegExp(sources.join('|'), 'gi');
  }

  /** At most `limit` characters. What a cut of the text left of a value at its end goes too. */
  text(text: string, limit: number): string {
    if (this.pattern === undefined) return text.slice(0, limit);
    const clean = text.slice(0, limit * 4).replace(this.pattern, REDACTED);
    return this.withoutTail(clean).slice(0, limit);
  }

  response(response: VendorResponse): VendorResponse {
    const { status, body } = response;
    return body === undefined ? { status } : { status, body: this.text(body, BODY_LIMIT) };
  }

  /** A vendor's answer is cut at a length, maybe inside a value: its beginning is no less personal. */
  private withoutTail(text: string): string {
    for (const variant of this.variants) {
      const head = variant.slice(0, SHORTEST_SENSITIVE);
      let at = text.indexOf(head, Math.max(text.length - variant.length, 0));
      while (at !== -1) {
        if (variant.startsWith(text.slice(at))) return text.slice(0, at) + REDACTED;
        at = text.indexOf(head, at + 1);
      }
    }
    return text;
  }
}

/** A value in the forms that it comes back in. */
function encodings(value: string): string[] {
  const bytes = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  const forms = [
    value,
    encoded(value),
    encoded(value).replaceAll('%20', '+'),
    json,
    json.replaceAll('/', '\\/'),
    asciiOnly(json),
    asciiOnly(json).replaceAll('/', '\\/'),
    htmlEscaped(value),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
  const digits = PHONE.exec(value)?.[1];
  if (digits !== undefined) forms.push(digits);
  return forms;
}

function phonePattern(value: string): string[] {
  const digits = PHONE.exec(value)?.[1];
  return digits === undefined ? [] : [`\\+?${[...digits].join('[ ().-]{0,2}')}`];
}

function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

function asciiOnly(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function htmlEscaped(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
