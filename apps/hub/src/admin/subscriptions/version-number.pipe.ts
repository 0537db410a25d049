import { Injectable, type PipeTransform } from '@nestjs/common';
import { ProblemError } from '../../http/problem.js';
import { MAX_VERSION } from './subscription-version.dto.js';

/** Reads the number of a version in a path. */
@Injectable()
export class VersionNumberPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    const version = Number(text);
    if (/^[1-9]\d*$/.test(text) && version <= MAX_VERSION) return version;
    throw new ProblemError(400, 'The version in the path is invalid. Use a number of the list of versions.', [
      { field: 'version', detail: `must be a whole number from 1 to ${MAX_VERSION}` },
    ]);
  }
}
