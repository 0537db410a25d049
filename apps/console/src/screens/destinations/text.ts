import { areaText } from '../../i18n/area-text';

/** Texts of the destinations' screens. */
export const useText = areaText<typeof import('./en.json')>('destinations');
