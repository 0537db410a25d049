import { areaText } from '../../i18n/area-text';

/** Texts of the connect wizard. */
export const useText = areaText<typeof import('./en.json')>('connect');
