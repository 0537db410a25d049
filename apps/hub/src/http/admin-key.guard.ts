import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { callerOf } from './request-caller.js';

/** Fails a request whose key was not checked before its body was read, so that no route can be open by mistake. */
@Injectable()
export class AdminKeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    callerOf(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }
}
