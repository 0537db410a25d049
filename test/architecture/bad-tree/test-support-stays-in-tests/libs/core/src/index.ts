import { value } from './testing/builder.js';

export const used = value;
