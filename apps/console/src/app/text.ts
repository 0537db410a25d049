import { areaText } from '../i18n/area-text';

/** Texts of the frame around the screens. */
export const useText = areaText<typeof import('./en.json')>('app');
