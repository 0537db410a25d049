import { areaText } from '../../i18n/area-text';

/** Texts of the screen of operational events. */
export const useText = areaText<typeof import('./en.json')>('operational-events');
