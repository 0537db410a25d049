import { Injectable, Query, type CanActivate, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from './problem.js';
import { validateDto, type DtoArgument } from './validate-dto.js';

const TAKES_QUERY = Symbol('takes a query');
const REFUSED = 'Some parameters of the query do not fit.';

/** The query of a request as the DTO that the parameter declares; what the DTO does not know is refused. */
export function KnownQuery(): ParameterDecorator {
  return (target, method, index) => {
    const handler: unknown = method === undefined ? undefined : Reflect.get(target, method);
    if (typeof handler !== 'function') throw new Error('A query is a parameter of a method.');
    Reflect.defineMetadata(TAKES_QUERY, true, handler);
    Query(QueryPipe)(target, method, index);
  };
}

/**
 * Refuses a query where the handler declares none by {@link KnownQuery}: `?dryRun=true` in the wrong place must not be
 * passed over in silence.
 */
@Injectable()
export class KnownQueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (Reflect.getMetadata(TAKES_QUERY, context.getHandler()) === true) return true;
    const given = Object.keys(context.switchToHttp().getRequest<FastifyRequest>().query ?? {});
    if (given.length === 0) return true;
    const errors = given.map((field) => ({ field: field.slice(0, 100), detail: 'is not known here; there are none' }));
    throw new ProblemError(400, REFUSED, errors.slice(0, 100));
  }
}

@Injectable()
class QueryPipe implements PipeTransform<unknown, Promise<object>> {
  async transform(value: unknown, { metatype }: DtoArgument): Promise<object> {
    if (metatype === undefined) throw new Error('A query is declared by the class of its parameter.');
    const plain = typeof value === 'object' && value !== null ? { ...value } : {};
    return validateDto(metatype, plain, REFUSED);
  }
}
