import { areaText } from '../../i18n/area-text';

/** Texts of the screen of the suppression list. */
export const useText = areaText<typeof import('./en.json')>('suppressions');
