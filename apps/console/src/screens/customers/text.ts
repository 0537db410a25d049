import { areaText } from '../../i18n/area-text';

/** Texts of the screens of customers. */
export const useText = areaText<typeof import('./en.json')>('customers');
