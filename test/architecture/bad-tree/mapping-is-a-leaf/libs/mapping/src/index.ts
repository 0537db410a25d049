import { value } from '../../core/src/index.js';

export const used = value;
