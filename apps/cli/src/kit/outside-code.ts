import { posix } from 'node:path';

/**
 * Converts a compiled file for an archive. Imports of copied libraries become relative. The comment with the source map
 * is removed, because archives contain no source maps.
 * @param file path of the file in the archive, with `/`
 * @param copies path of the entry of each copied library in the archive, by package name
 */
export function outsideCode(text: string, file: string, copies: ReadonlyMap<string, string>): string {
  const relativeTo = (entry: string): string => {
    const path = posix.relative(posix.dirname(file), entry);
    return path.startsWith('.') ? path : `./${path}`;
  };
  return text
    .replace(/^\/\/# sourceMappingURL=.*\n?/m, '')
    .replace(
      /(\bfrom |\bimport\()(['"])(@patchbay\/[^'"]+)\2/g,
      (whole, before: string, quote: string, name: string) => {
        const entry = copies.get(name);
        return entry === undefined ? whole : `${before}${quote}${relativeTo(entry)}${quote}`;
      },
    );
}
