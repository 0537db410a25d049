import { areaText } from '../../i18n/area-text';

/** Texts of the screens of deliveries. */
export const useText = areaText<typeof import('./en.json')>('deliveries');
