import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '@patchbay/core';
import type { FastifyRequest } from 'fastify';

const CALLERS = new WeakMap<FastifyRequest, Caller>();

/** Notes whose request it is, once that is known. */
export function setCaller(request: FastifyRequest, caller: Caller): void {
  CALLERS.set(request, caller);
}

/** Whose request it is. Throws where no guard has looked at it: a route without one is a mistake. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = CALLERS.get(request);
  if (caller === undefined) throw new Error('Nobody has looked at the key of this request.');
  return caller;
}

/** A parameter of a handler: the {@link Caller} of the request. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
