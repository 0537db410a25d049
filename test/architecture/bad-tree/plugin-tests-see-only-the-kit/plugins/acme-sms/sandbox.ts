import { value } from '../../libs/core/src/index.js';

export const used = value;
