import { hash, timingSafeEqual } from 'node:crypto';

/** Whether two texts are equal, in a time that tells nothing about where they differ or how long the secret is. */
export function equalInConstantTime(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

/** Whether a text equals any of the secrets; all are compared, whichever matches. An empty secret never matches. */
export function equalsAny(given: string, secrets: readonly string[]): boolean {
  return secrets.reduce((found, secret) => (equalInConstantTime(given, secret) && secret !== '') || found, false);
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
