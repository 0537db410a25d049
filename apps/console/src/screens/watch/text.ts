import { areaText } from '../../i18n/area-text';

/** Texts that the screens of events, deliveries and customers share. */
export const useText = areaText<typeof import('./en.json')>('watch');
