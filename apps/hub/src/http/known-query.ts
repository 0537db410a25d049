import { Injectable, Query, type CanActivate, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from './problem.js';
import { validateDto, type DtoArgument } from './validate-dto.js';

const TAKES_QUERY = Symbol('takes a query');
const REFUSED = 'Some query parameters are invalid or unknown. Correct the parameters in `errors`.';

/**
 * Declares a query parameter object: the DTO of the parameter. Query parameters that the DTO does not have are refused.
 */
export function KnownQuery(): ParameterDecorator {
  return (target, method, index) => {
    const handler: unknown = method === undefined ? undefined : Reflect.get(target, method);
    if (typeof handler !== 'function')
      throw new Error('@KnownQuery() does not decorate a parameter of a method. Move it to a parameter of a handler.');
    Reflect.defineMetadata(TAKES_QUERY, true, handler);
    Query(QueryPipe)(target, method, index);
  };
}

/** Refuses any query if the handler has no {@link KnownQuery}, so that a misplaced `?dryRun=true` is not ignored. */
@Injectable()
export class KnownQueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (Reflect.getMetadata(TAKES_QUERY, context.getHandler()) === true) return true;
    const given = Object.keys(context.switchToHttp().getRequest<FastifyRequest>().query ?? {});
    if (given.length === 0) return true;
    const errors = given.map((field) => ({
      field: field.slice(0, 100),
      detail: 'is unknown: this route has no query parameters',
    }));
    throw new ProblemError(400, REFUSED, errors.slice(0, 100));
  }
}

@Injectable()
class QueryPipe implements PipeTransform<unknown, Promise<object>> {
  async transform(value: unknown, { metatype }: DtoArgument): Promise<object> {
    if (metatype === undefined)
      throw new Error('A query parameter of a handler has no class as its type. Declare a DTO class for it.');
    const plain = typeof value === 'object' && value !== null ? { ...value } : {};
    return validateDto(metatype, plain, REFUSED);
  }
}
