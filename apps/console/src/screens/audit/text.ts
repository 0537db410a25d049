import { areaText } from '../../i18n/area-text';

/** Texts of the audit log. */
export const useText = areaText<typeof import('./en.json')>('audit');
