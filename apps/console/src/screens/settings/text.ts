import { areaText } from '../../i18n/area-text';

/** Texts of the brand settings. */
export const useText = areaText<typeof import('./en.json')>('settings');
