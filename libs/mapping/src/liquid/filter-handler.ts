import type { FilterImplOptions } from 'liquidjs';

/** The function behind a Liquid filter. */
export type FilterHandler = Extract<FilterImplOptions, (...args: never[]) => unknown>;
