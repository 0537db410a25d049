import { UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { AdminKeyGuard } from './admin-key.guard.js';

/** Handler of a route, so that its required role can be read before Nest handles the request. */
export interface KeyRoute {
  readonly controller: NewableFunction;
  readonly handler: NewableFunction;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set for routes that require a key. */
    readonly keyRoute?: KeyRoute;
  }
}

/** Makes all routes of a controller require a key, which is checked before the request body is read. */
export function RequiresKey(): ClassDecorator {
  return (controller) => {
    UseGuards(AdminKeyGuard)(controller);
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(controller.prototype))) {
      const handler: unknown = descriptor.value;
      if (name === 'constructor' || typeof handler !== 'function') continue;
      RouteConfig({ keyRoute: { controller, handler } })(controller, name, descriptor);
    }
  };
}
