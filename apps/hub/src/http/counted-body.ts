import { Transform, type TransformCallback } from 'node:stream';
import type { Reservation } from '@patchbay/core';
import type { FastifyRequest } from 'fastify';

/**
 * Bytes that a request declares; null if its body comes in chunks, or if there is none. A body over the limit counts
 * nothing, because Fastify refuses it unread.
 */
export function declaredBytes(request: FastifyRequest): number | null {
  const declared = request.headers['content-length'];
  if (declared === undefined) return null;
  const bytes = Number(declared);
  return Number.isSafeInteger(bytes) && bytes <= request.routeOptions.bodyLimit ? bytes : 0;
}

/** A body that reserves what passes through it. */
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
