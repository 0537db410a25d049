import { areaText } from '../../i18n/area-text';

/** Texts of the screens of erasures. */
export const useText = areaText<typeof import('./en.json')>('erasures');
