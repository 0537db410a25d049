import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root folder of the repository. The path works from `src/demo` and `dist/demo`, which have the same depth. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/[\\/]$/, '');

/** Folder of the compiled plugins. */
export const BUILT_PLUGINS = join(ROOT, 'plugins', 'dist');
