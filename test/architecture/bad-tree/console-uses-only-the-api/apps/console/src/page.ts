import { used } from '../../../libs/core/src/index';

export const page = used;
