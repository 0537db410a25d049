import { value } from '../../../plugins/acme-sms/index.js';

export const used = value;
