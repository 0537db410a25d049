import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BodyBudget } from '../http/body-budget.js';
import { CALLBACK_URL, pathParameterOf } from '../http/http-server.js';
import type { CalledDestination, CalledDestinations } from './called-destinations.js';

/** Maximum bytes of bodies of status callbacks in flight per process. Bodies of two destinations always fit. */
const WAITING_BYTES = 32 * 1024 * 1024;

const TOO_MANY_BYTES =
  'The call was refused, because too many status callbacks of this destination or of all destinations are in flight. ' +
  'Nothing was stored. Send it again after Retry-After.';

const called = new WeakMap<FastifyRequest, CalledDestination>();

/**
 * Checks the token of every status callback before its body is read, and limits the bodies in flight. Call this
 * function before the routes are registered.
 */
export function admitCallbacks(
  fastify: FastifyInstance,
  destinations: Pick<CalledDestinations, 'find'>,
  waitingBytes = WAITING_BYTES,
): void {
  const budget = new BodyBudget(waitingBytes, TOO_MANY_BYTES);
  fastify.addHook('onRoute', (route) => {
    if (route.url !== CALLBACK_URL) return;
    route.onRequest = async (request, reply) => {
      const destinationId = pathParameterOf(request, 'destinationId');
      called.set(request, await destinations.find(destinationId, pathParameterOf(request, 'token')));
      budget.reserve(request, reply, destinationId);
    };
    route.preParsing = budget.count;
  });
}

/** Returns the destination of a status callback. Throws if the token of the URL was not checked. */
export function calledDestinationOf(request: FastifyRequest): CalledDestination {
  const destination = called.get(request);
  if (destination === undefined)
    throw new Error(
      'A handler read the destination before the token of the URL was checked. Register the callback hooks for its route.',
    );
  return destination;
}
