import { used } from '../deliveries/page';

export const page = used;
