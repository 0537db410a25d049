import { Reflector } from '@nestjs/core';
import type { AdminRole } from '@patchbay/core';

/**
 * Declares the role that a route requires. Default: `viewer` for routes that read, `admin` for all others, so that a
 * forgotten decorator never grants too much.
 */
export const RequiresRole = Reflector.createDecorator<AdminRole>();

/**
 * Marks a route that belongs to no single brand and limits its answer to what the caller may see. Without it a key that
 * is limited to some brands is refused if the path names no brand.
 */
export const ScopedToCaller = Reflector.createDecorator<true>();
