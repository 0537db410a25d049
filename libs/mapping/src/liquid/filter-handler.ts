import type { FilterImplOptions } from 'liquidjs';

/** Function that implements a Liquid filter. */
export type FilterHandler = Extract<FilterImplOptions, (...args: never[]) => unknown>;
