/** Start of the console. */
const START = '/console';

/**
 * Returns the path to open after sign-in. Only a path of the console is accepted, because anybody can write the link to
 * the sign-in page.
 */
export function returnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || !/^\/(?![/\\])/.test(wanted) || wanted.startsWith('/sign-in')) return START;
  return wanted.startsWith(START) ? wanted : START + wanted;
}
