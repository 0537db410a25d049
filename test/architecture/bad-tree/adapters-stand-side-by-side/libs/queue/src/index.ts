import { value } from '../../database/src/index.js';

export const used = value;
