import { areaText } from '../../i18n/area-text';

/** Texts of the keys. */
export const useText = areaText<typeof import('./en.json')>('keys');
