/** The `authorization` header of HTTP Basic (RFC 7617), in UTF-8. The name may hold no colon. */
export function basicAuth(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
