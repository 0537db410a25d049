import { Reflector } from '@nestjs/core';
import type { AdminRole } from '@patchbay/core';

/**
 * Declares the role that a route requires. Default: `viewer` for GET and HEAD, `admin` for all other methods, so that a
 * missing decorator never grants too much.
 */
export const RequiresRole = Reflector.createDecorator<AdminRole>();

/**
 * Marks a route without a brand in its path that limits its response to the brands of the caller. Without this mark,
 * such a route refuses keys that are limited to some brands.
 */
export const ScopedToCaller = Reflector.createDecorator<true>();
