import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ADMIN_KEY } from '../tokens.js';
import { ProblemError } from './problem.js';

/** Lets a request in that carries the admin key. Without a key configured nobody gets in. */
@Injectable()
export class AdminKeyGuard implements CanActivate {
  private readonly expected: Buffer | null;

  constructor(@Inject(ADMIN_KEY) adminKey: string | null) {
    this.expected = adminKey === null ? null : digest(adminKey);
  }

  canActivate(context: ExecutionContext): boolean {
    const header = context.switchToHttp().getRequest<FastifyRequest>().headers.authorization ?? '';
    const given = /^Bearer +(\S+)$/i.exec(header)?.[1];
    // Digests are of one length, so that comparing them tells nothing about the key's.
    if (given !== undefined && this.expected !== null && timingSafeEqual(digest(given), this.expected)) return true;
    throw new ProblemError(401, 'Send the admin key as `Authorization: Bearer <key>`.', undefined, {
      'www-authenticate': 'Bearer realm="patchbay"',
    });
  }
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
