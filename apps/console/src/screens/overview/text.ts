import { areaText } from '../../i18n/area-text';

/** Texts of the overview. */
export const useText = areaText<typeof import('./en.json')>('overview');
