import { Transform, type TransformCallback } from 'node:stream';
import type { Reservation } from '@patchbay/core';
import type { FastifyRequest } from 'fastify';

/**
 * Returns the Content-Length of a request. Returns null if the body is chunked or missing, and 0 if it is over the
 * limit, because Fastify refuses such a body unread.
 */
export function declaredBytes(request: FastifyRequest): number | null {
  const declared = request.headers['content-length'];
  if (declared === undefined) return null;
  const bytes = Number(declared);
  return Number.isSafeInteger(bytes) && bytes <= request.routeOptions.bodyLimit ? bytes : 0;
}

/** Stream that reserves the bytes of a body as they pass. Fails if the reservation cannot grow. */
export class CountedBody extends Transform {
  constructor(
    private readonly reservation: Reservation,
    private readonly refusal: () => Error,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.reservation.grow(chunk.length)) done(null, chunk);
    else done(this.refusal());
  }
}
