import { callerId } from '@patchbay/core';
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { AdminAccess } from './admin-access.service.js';
import { BodyBudget } from './body-budget.js';
import { setCaller } from './request-caller.js';

/**
 * Maximum bytes of admin request bodies in flight per process. The limit is enough for two bodies of maximum size per
 * key, and for bodies of other keys.
 */
const WAITING_BYTES = 128 * 1024 * 1024;

const TOO_MANY_BYTES =
  'The request was refused, because too many large request bodies of this key or of all keys are in flight. ' +
  'Nothing was changed. Retry after Retry-After.';

/**
 * Checks the key of every request to the admin API before its body is read, and limits the bodies in flight. Call this
 * function before the routes are registered.
 */
export function admitAdminCalls(
  fastify: FastifyInstance,
  access: Pick<AdminAccess, 'check'>,
  waitingBytes = WAITING_BYTES,
): void {
  const budget = new BodyBudget(waitingBytes, TOO_MANY_BYTES);
  fastify.addHook('onRoute', (route: RouteOptions) => {
    const keyRoute = route.config?.keyRoute;
    if (keyRoute === undefined) return;
    route.onRequest = async (request, reply) => {
      const caller = await access.check(request, keyRoute);
      setCaller(request, caller);
      budget.reserve(request, reply, callerId(caller));
    };
    route.preParsing = budget.count;
  });
}
