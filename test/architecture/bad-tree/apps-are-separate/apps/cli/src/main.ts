import { value } from '../../hub/src/port.js';

export const used = value;
