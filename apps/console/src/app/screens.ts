import type { Screen } from './route';

const areas = import.meta.glob<readonly Screen[]>('../screens/*/routes.ts', { eager: true, import: 'screens' });

/** Screens of all areas. A folder `screens/<area>` adds its screens with a file `routes.ts`. */
export const screens: readonly Screen[] = Object.values(areas).flat();
