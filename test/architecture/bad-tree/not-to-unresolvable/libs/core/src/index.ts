import { value } from './missing.js';

export const used = value;
