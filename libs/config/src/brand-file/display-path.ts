import { basename, isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * Returns the path of a file within the configuration folder, e.g. `brands/acme.yaml`. Reduces an absolute path outside
 * this folder to the file name. API responses contain the path, and they must not reveal where the hub is installed.
 */
export function displayPath(file: string, configDirectory: string): string {
  const within = relative(resolve(configDirectory), resolve(file));
  const isInside = within !== '' && !within.startsWith('..') && !isAbsolute(within);
  if (isInside) return within.split(sep).join('/');
  return isAbsolute(file) ? basename(file) : file;
}
