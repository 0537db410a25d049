import { value } from '../../mapping/src/index.js';

export const used = value;
