import { areaText } from '../../i18n/area-text';

/** Texts of the brands' screens. */
export const useText = areaText<typeof import('./en.json')>('brands');
