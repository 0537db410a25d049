import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '@patchbay/core';
import type { FastifyRequest } from 'fastify';

const CALLERS = new WeakMap<FastifyRequest, Caller>();

/** Stores the caller of a request after its key was checked. */
export function setCaller(request: FastifyRequest, caller: Caller): void {
  CALLERS.set(request, caller);
}

/**
 * Returns the caller of a request. Throws if the key of the request was not checked, because the route is then
 * unprotected by mistake.
 */
export function callerOf(request: FastifyRequest): Caller {
  const caller = CALLERS.get(request);
  if (caller === undefined)
    throw new Error(
      'A handler read the caller before the key of the request was checked. Add the key guard to the route.',
    );
  return caller;
}

/** Injects the {@link Caller} of the request as a parameter of a handler. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
