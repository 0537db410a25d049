import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { validateDto } from './validate-dto.js';

/** The query of a request as the DTO that its parameter declares; parameters that the DTO does not know are refused. */
@Injectable()
export class QueryPipe implements PipeTransform<unknown, Promise<object>> {
  async transform(value: unknown, { metatype }: ArgumentMetadata): Promise<object> {
    if (metatype === undefined) throw new Error('A query is declared by the class of its parameter.');
    const plain = typeof value === 'object' && value !== null ? { ...value } : {};
    return validateDto(metatype, plain, 'Some parameters of the query do not fit.');
  }
}
