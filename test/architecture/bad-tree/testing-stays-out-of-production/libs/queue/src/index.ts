import { value } from '../../testing/src/index.js';

export const used = value;
