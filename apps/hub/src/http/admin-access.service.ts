import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  decideAccess,
  LiveConfiguration,
  type Access,
  type AdminRole,
  type Caller,
  type AccessTarget,
} from '@patchbay/core';
import type { FastifyRequest } from 'fastify';
import { Authenticator } from './authenticator.service.js';
import { brandNotFound, ProblemError } from './problem.js';
import { AcceptsForm, ScopedToCaller, RequiresRole } from './roles.decorator.js';
import type { KeyRoute } from './key-route.js';

/** Authorises requests: checks the role of the caller's key and its access to the brand in the path. */
@Injectable()
export class AdminAccess {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly configuration: LiveConfiguration,
    private readonly reflector: Reflector,
  ) {}

  /**
   * Authorises a request by its headers, before its body is read. Throws a ProblemError if the key may not use the
   * route. The request postpones the end of its session, unless the console sent it without an action of a person.
   */
  check(request: FastifyRequest, route: KeyRoute): Promise<Caller> {
    return this.authorise(request, route, request.headers['x-patchbay-background'] === undefined);
  }

  /** Authorises a request whose response is still open, without postponing the end of its session. */
  checkAgain(request: FastifyRequest, route: KeyRoute): Promise<Caller> {
    return this.authorise(request, route, false);
  }

  private async authorise(request: FastifyRequest, route: KeyRoute, isUse: boolean): Promise<Caller> {
    const form = this.reflector.getAllAndOverride<true | undefined>(AcceptsForm, [route.handler, route.controller]);
    const caller = await this.authenticator.callerOf(request, form === true ? 'form' : 'api', isUse);
    const brand = brandIn(request.params);
    const role = this.roleFor(route, request.method);
    const access = decideAccess(caller, { role, target: await this.targetOf(route, brand, caller) });
    if (access !== 'allowed') throw refusal(access, role, brand ?? '');
    return caller;
  }

  private roleFor({ handler, controller }: KeyRoute, method: string): AdminRole {
    const declaredRole = this.reflector.getAllAndOverride<AdminRole | undefined>(RequiresRole, [handler, controller]);
    return declaredRole ?? (method === 'GET' || method === 'HEAD' ? 'viewer' : 'admin');
  }

  private async targetOf(
    { handler, controller }: KeyRoute,
    brand: string | undefined,
    caller: Caller,
  ): Promise<AccessTarget> {
    if (brand === undefined) {
      const filters = this.reflector.getAllAndOverride<true | undefined>(ScopedToCaller, [handler, controller]);
      return { kind: filters === true ? 'visible' : 'hub' };
    }
    // If the key covers all brands, the route itself reports a brand that does not exist.
    if (caller.brandIds === null) return { kind: 'brand', brandId: null };
    await this.configuration.refresh();
    return { kind: 'brand', brandId: this.configuration.entryNamed(brand)?.id ?? null };
  }
}

function brandIn(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null || !('brand' in params)) return undefined;
  return typeof params.brand === 'string' ? params.brand : undefined;
}

function refusal(access: Exclude<Access, 'allowed'>, role: AdminRole, brand: string): ProblemError {
  switch (access) {
    case 'hidden':
      return brandNotFound(brand);
    case 'role':
      return new ProblemError(
        403,
        `The role of your key is insufficient: this request requires the role ${role} or a higher one. Use a key ` +
          'with that role.',
      );
    case 'scope':
      return new ProblemError(
        403,
        'Your key is limited to some brands, but this request concerns the whole hub. Use a key that covers all ' +
          'brands.',
      );
  }
}
