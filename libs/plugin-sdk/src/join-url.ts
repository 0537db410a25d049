/** Returns the URL of a path below a base URL, which may end in slashes. The path begins with a slash. */
export function joinUrl(base: string, path: string): string {
  return base.replace(/\/+$/, '') + path;
}
