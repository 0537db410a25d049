/** Returns the `authorization` header of HTTP Basic (RFC 7617), in UTF-8. The username must not contain a colon. */
export function basicAuth(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
