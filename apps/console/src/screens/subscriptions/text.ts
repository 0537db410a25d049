import { areaText } from '../../i18n/area-text';

/** Texts of the subscriptions' screens. */
export const useText = areaText<typeof import('./en.json')>('subscriptions');
