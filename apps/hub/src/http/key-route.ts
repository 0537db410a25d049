import { UseGuards, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { callerOf } from './request-caller.js';

/** Fails a request whose key was not checked by the hooks, so that no route can be unprotected by mistake. */
@Injectable()
export class AdminKeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    callerOf(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }
}

/** Handler of a route. The hooks read the handler's required role before Nest handles the request. */
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
