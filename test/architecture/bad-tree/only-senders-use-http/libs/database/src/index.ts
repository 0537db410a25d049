import { value } from '../../http/src/index.js';

export const used = value;
