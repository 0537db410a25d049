import { areaText } from '../../i18n/area-text';

/** Texts of messaging rules. */
export const useText = areaText<typeof import('./en.json')>('messaging');
