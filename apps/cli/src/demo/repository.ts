import { fileURLToPath } from 'node:url';

/** The folder of the repository: `src/demo` and `dist/demo` are equally deep in it. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/[\\/]$/, '');
