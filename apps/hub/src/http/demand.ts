import { Reflector } from '@nestjs/core';
import type { AdminRole } from '@patchbay/core';

/**
 * The role that a route demands. Without it a route that reads demands `viewer` and any other `admin`, so that one where
 * it was forgotten is too narrow, and never too wide.
 */
export const Needs = Reflector.createDecorator<AdminRole>();

/**
 * A route that is of no single brand and shows each caller only what they may see. Without it a key for some brands is
 * refused wherever the path names no brand.
 */
export const FiltersByCaller = Reflector.createDecorator<true>();
