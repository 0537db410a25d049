import { areaText } from '../../i18n/area-text';

/** Texts of the catalogue of destination types. */
export const useText = areaText<typeof import('./en.json')>('types');
