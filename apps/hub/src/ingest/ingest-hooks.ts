import { pipeline } from 'node:stream';
import type { AdmittedHead, IngestAdmission, IngestAnswer } from '@patchbay/core';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { RETRY_AFTER_SECONDS } from '../http/database-unavailable.js';
import { CountedBody, declaredBytes } from '../http/counted-body.js';
import { ProblemError } from '../http/problem.js';
import { plainHeaders } from '../http/raw-request.js';

/** Route whose calls are admitted before their bodies are read. */
const INGEST_URL = '/v1/ingest/:brand/:source';

export const OVERLOADED =
  'The call was refused, because too many events of this source or of all sources wait to be stored, or the ' +
  'database is unavailable. Nothing of this call was stored. Send it again after Retry-After.';

/** An admitted call, with its headers as one string per name. */
export interface AdmittedCall extends AdmittedHead {
  readonly headers: Readonly<Record<string, string>>;
}

const admittedCalls = new WeakMap<FastifyRequest, AdmittedCall>();

/** Returns the admitted call of a request and removes it. The caller of this function must release the body. */
export function takeAdmitted(request: FastifyRequest): AdmittedCall {
  const call = admittedCalls.get(request);
  if (call === undefined)
    throw new Error(
      'A handler read the body of an ingest call that was not admitted. Register the ingest hooks for its route.',
    );
  admittedCalls.delete(request);
  return call;
}

/**
 * Makes every ingest call reserve the bytes of its body before they are read: by Content-Length, or chunk by chunk.
 * @param onRefused is called for each call that got a 429
 */
export function admitIngestCalls(
  fastify: FastifyInstance,
  admission: IngestAdmission,
  onRefused: (brand: string, answer: IngestAnswer) => void,
): void {
  const refuse = (brand: string): ProblemError => {
    onRefused(brand, { kind: 'busy', retryAfterSeconds: Number(RETRY_AFTER_SECONDS) });
    return new ProblemError(429, OVERLOADED, undefined, { 'retry-after': RETRY_AFTER_SECONDS });
  };
  fastify.addHook('onRoute', (route: RouteOptions) => {
    if (route.url !== INGEST_URL) return;
    route.onRequest = (request, reply, done) => {
      const { brand, source } = namesIn(request);
      const headers = plainHeaders(request.headers);
      const call = admission.admit({ brand, source, headers }, declaredBytes(request) ?? 0);
      if (call === null) return done(refuse(brand));
      admittedCalls.set(request, { ...call, headers });
      // If a client disconnects before its body is complete, the controller is never called.
      reply.raw.once('close', () => {
        if (admittedCalls.delete(request)) call.body.release();
      });
      done();
    };
    route.preParsing = (request, _reply, payload, done) => {
      const call = admittedCalls.get(request);
      if (call === undefined || declaredBytes(request) !== null) return done(null, payload);
      const counted = new CountedBody(call.body, () => refuse(namesIn(request).brand));
      pipeline(payload, counted, () => undefined);
      done(null, counted);
    };
  });
}

function namesIn({ params }: FastifyRequest): { readonly brand: string; readonly source: string } {
  const name = (key: string): string => {
    const value: unknown = typeof params === 'object' && params !== null ? Reflect.get(params, key) : undefined;
    return typeof value === 'string' ? value : '';
  };
  return { brand: name('brand'), source: name('source') };
}
