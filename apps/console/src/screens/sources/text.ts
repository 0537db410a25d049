import { areaText } from '../../i18n/area-text';

/** Texts of the sources' screens. */
export const useText = areaText<typeof import('./en.json')>('sources');
