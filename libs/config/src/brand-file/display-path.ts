import { basename, isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * Name of a file for people: its path within the configuration folder, e.g. `brands/acme.yaml`. API answers repeat the
 * name, and a brand's keys must not learn where the hub is installed; so an absolute path elsewhere becomes its last part.
 */
export function displayPath(file: string, configDirectory: string): string {
  const within = relative(resolve(configDirectory), resolve(file));
  const isInside = within !== '' && !within.startsWith('..') && !isAbsolute(within);
  if (isInside) return within.split(sep).join('/');
  return isAbsolute(file) ? basename(file) : file;
}
