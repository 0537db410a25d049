import { UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { AdminKeyGuard } from './admin-key.guard.js';

/** Names the method that serves a route, so that its demands can be read before Nest runs. */
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

/** Makes all routes of a controller require a key, which is checked before the body of a request is read. */
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
