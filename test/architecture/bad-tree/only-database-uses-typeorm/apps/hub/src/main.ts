import type { Repository } from 'typeorm';

export type Used = Repository<object>;
