import type { DataSource } from 'typeorm';

export type Used = DataSource;
