import { value } from '../acme-email/index.js';

export const used = value;
