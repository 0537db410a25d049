import { areaText } from '../../i18n/area-text';

/** Texts of the list of people. */
export const useText = areaText<typeof import('./en.json')>('people');
