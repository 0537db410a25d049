import { randomBytes } from 'node:crypto';

const NONCE_BYTES = 16;

/** Returns a random nonce, with which one response allows its own inline styles. */
export function styleNonce(): string {
  return randomBytes(NONCE_BYTES).toString('base64');
}

/** Directives for the pages and files of the console, except for `style-src`. Nothing comes from another origin. */
const DIRECTIVES = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "manifest-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
];

/**
 * Returns the protective headers of the console's pages and files.
 * @param nonce nonce of the inline styles; undefined if there are none
 */
export function consoleHeaders(nonce?: string): Readonly<Record<string, string>> {
  const styles = nonce === undefined ? "style-src 'self'" : `style-src 'self' 'nonce-${nonce}'`;
  return {
    'content-security-policy': [...DIRECTIVES, styles].join('; '),
    // With `no-referrer`, browsers send `Origin: null` with forms, and the hub would refuse the forms of the console.
    'referrer-policy': 'same-origin',
  };
}

/** Protective headers of an e-mail in a frame: styles and embedded images only, in an origin of its own. */
export const MAIL_FRAME_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    'sandbox',
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    'img-src data:',
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; '),
  'cache-control': 'no-store',
};
