import { value } from './shared.spec.mjs';

export const used = value;
