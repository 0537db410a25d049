import { areaText } from '../../i18n/area-text';

/** Texts of the routing map. */
export const useText = areaText<typeof import('./en.json')>('routing');
