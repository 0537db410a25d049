import { value } from '../../../apps/hub/src/port.js';

export const used = value;
