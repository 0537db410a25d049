import {
  Inject,
  Injectable,
  mixin,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { personIdIn, presentName, type PersonStore } from '@patchbay/core';
import { mergeMap, type Observable } from 'rxjs';
import { PERSON_STORE } from '../../database/database.module.js';

/**
 * Shows the present names of people in some fields of all responses of a controller, instead of the recorded
 * `person:<id>`. A person without a name, or whose name was erased, keeps the recorded text.
 */
export function ShowsPeopleIn(...fields: readonly string[]): ClassDecorator {
  return UseInterceptors(presentNamesIn(fields));
}

function presentNamesIn(fields: readonly string[]): Type<NestInterceptor> {
  @Injectable()
  class PresentNames implements NestInterceptor {
    constructor(@Inject(PERSON_STORE) private readonly people: Pick<PersonStore, 'namesOf'>) {}

    intercept(_context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
      return next.handle().pipe(mergeMap((response) => this.withNames(response)));
    }

    private async withNames(response: unknown): Promise<unknown> {
      const ids = new Set<string>();
      mapFields(response, fields, (recorded) => {
        const id = personIdIn(recorded);
        if (id !== null) ids.add(id);
        return recorded;
      });
      if (ids.size === 0) return response;
      const names = await this.people.namesOf([...ids]);
      return mapFields(response, fields, (recorded) => presentName(recorded, names));
    }
  }
  return mixin(PresentNames);
}

/** Returns a copy of a value in which the texts of some fields are mapped, in every object inside lists and objects. */
export function mapFields(value: unknown, fields: readonly string[], map: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => mapFields(one, fields, map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]: [string, unknown]) => [
    key,
    fields.includes(key) && typeof one === 'string' ? map(one) : mapFields(one, fields, map),
  ]);
  return Object.fromEntries(entries);
}
