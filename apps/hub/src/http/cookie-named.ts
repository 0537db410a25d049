/** Returns the value of a cookie in a `Cookie` header; undefined if the header does not have the cookie. */
export function cookieNamed(wanted: string, cookies: string | undefined): string | undefined {
  for (const pair of (cookies ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === wanted && value !== undefined) return value;
  }
  return undefined;
}
