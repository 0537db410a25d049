import { pipeline } from 'node:stream';
import { callerId, FairBudget, type Reservation } from '@patchbay/core';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { AdminAccess } from './admin-access.service.js';
import { setCaller } from './request-caller.js';
import { RETRY_AFTER_SECONDS, ProblemError } from './problem.js';
import { CountedBody, declaredBytes, hasBody } from './http-server.js';

/**
 * Maximum bytes of admin request bodies in flight per process. The limit is enough for two bodies of maximum size per
 * key, and for bodies of other keys.
 */
const WAITING_BYTES = 128 * 1024 * 1024;

/**
 * Checks the key of every request to the admin API before its body is read, and limits the bodies in flight. Call this
 * function before the routes are registered.
 */
export function admitAdminCalls(
  fastify: FastifyInstance,
  access: Pick<AdminAccess, 'check'>,
  waitingBytes = WAITING_BYTES,
): void {
  const budget = new FairBudget(waitingBytes);
  const bodies = new WeakMap<FastifyRequest, Reservation>();
  fastify.addHook('onRoute', (route: RouteOptions) => {
    const keyRoute = route.config?.keyRoute;
    if (keyRoute === undefined) return;
    route.onRequest = async (request, reply) => {
      const caller = await access.check(request, keyRoute);
      setCaller(request, caller);
      if (!hasBody(request)) return;
      const body = budget.reserve(callerId(caller), declaredBytes(request) ?? 0);
      if (body === null) throw tooManyBytes();
      bodies.set(request, body);
      if (reply.raw.destroyed) body.release();
      else reply.raw.once('close', () => body.release());
    };
    route.preParsing = (request, _reply, payload, done) => {
      const body = bodies.get(request);
      if (body === undefined || declaredBytes(request) !== null) return done(null, payload);
      const counted = new CountedBody(body, tooManyBytes);
      pipeline(payload, counted, () => undefined);
      done(null, counted);
    };
  });
}

function tooManyBytes(): ProblemError {
  return new ProblemError(
    429,
    'The request was refused, because too many large request bodies of this key or of all keys are in flight. ' +
      'Nothing was changed. Retry after Retry-After.',
    undefined,
    { 'retry-after': RETRY_AFTER_SECONDS },
  );
}
