import { Reflector } from '@nestjs/core';
import type { AdminRole } from '@patchbay/core';

/**
 * Declares the role that a route requires. Default: `viewer` for GET and HEAD, `admin` for all other methods, so that a
 * missing decorator never grants too much.
 */
export const RequiresRole = Reflector.createDecorator<AdminRole>();

/**
 * Marks a route with no brand in its path. The response of a marked route contains only the brands in the scope of the
 * caller's key. Without this mark, a route with no brand in its path refuses keys that are limited to some brands.
 */
export const ScopedToCaller = Reflector.createDecorator<true>();

/**
 * Marks a route that a form of the console posts to. A form cannot set the header that proves a script of the console,
 * so the route must not change anything.
 */
export const AcceptsForm = Reflector.createDecorator<true>();
