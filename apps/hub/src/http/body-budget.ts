import { pipeline } from 'node:stream';
import { FairBudget, type Reservation } from '@patchbay/core';
import type { FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify';
import { CountedBody, declaredBytes, hasBody } from './http-server.js';
import { ProblemError, RETRY_AFTER_SECONDS } from './problem.js';

/** Bounds the request bodies in flight of some routes, in bytes, and divides them fairly between the callers. */
export class BodyBudget {
  private readonly budget: FairBudget;
  private readonly bodies = new WeakMap<FastifyRequest, Reservation>();

  /** @param refusal detail of the response 429 */
  constructor(
    totalBytes: number,
    private readonly refusal: string,
  ) {
    this.budget = new FairBudget(totalBytes);
  }

  /** Reserves the bytes of a request's body until the connection closes. Throws a ProblemError 429 if they exceed the budget. */
  reserve(request: FastifyRequest, reply: FastifyReply, caller: string): void {
    if (!hasBody(request)) return;
    const body = this.budget.reserve(caller, declaredBytes(request) ?? 0);
    if (body === null) throw this.tooManyBytes();
    this.bodies.set(request, body);
    if (reply.raw.destroyed) body.release();
    else reply.raw.once('close', () => body.release());
  }

  /** Hook that counts a body without Content-Length chunk by chunk. */
  readonly count: preParsingHookHandler = (request, _reply, payload, done) => {
    const body = this.bodies.get(request);
    if (body === undefined || declaredBytes(request) !== null) return done(null, payload);
    const counted = new CountedBody(body, () => this.tooManyBytes());
    pipeline(payload, counted, () => undefined);
    done(null, counted);
  };

  private tooManyBytes(): ProblemError {
    return new ProblemError(429, this.refusal, undefined, { 'retry-after': RETRY_AFTER_SECONDS });
  }
}
