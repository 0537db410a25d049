import { areaText } from '../../i18n/area-text';

/** Texts of the screens of events. */
export const useText = areaText<typeof import('./en.json')>('events');
