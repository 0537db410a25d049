import { areaText } from '../i18n/area-text';

/** Texts of the shared components. */
export const useText = areaText<typeof import('./en.json')>('ui');
