import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequiresKey } from '../../http/key-route.js';
import { KnownQueryGuard } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';

/** Declares a controller of the admin API: adds the guards and the documentation that all these controllers share. */
export function AdminController(path: string, tag: string): ClassDecorator {
  return applyDecorators(
    Controller(path),
    UseGuards(KnownQueryGuard),
    RequiresKey(),
    ApiTags(tag),
    ApiBearerAuth('admin'),
    ApiProblem(400, 'A parameter of the path, the query or the body is invalid or unknown'),
    ApiProblem(401, 'The key is missing, wrong or expired'),
    ApiProblem(403, 'The key has an insufficient role, or is limited to other brands'),
    ApiProblem(
      429,
      'Too many wrong keys came from this address, or too many large bodies are in flight: retry after Retry-After',
    ),
    ApiProblem(503, 'The database is unavailable: retry after Retry-After'),
  );
}
