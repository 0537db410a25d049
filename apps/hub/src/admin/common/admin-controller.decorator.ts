import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequiresKey } from '../../http/key-route.js';
import { KnownQueryGuard } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';

/** A controller of the admin API: none without the guards, and all documented alike. */
export function AdminController(path: string, tag: string): ClassDecorator {
  return applyDecorators(
    Controller(path),
    UseGuards(KnownQueryGuard),
    RequiresKey(),
    ApiTags(tag),
    ApiBearerAuth('admin'),
    ApiProblem(400, 'A parameter of the path, the query or the body does not fit, or is not known'),
    ApiProblem(401, 'The key is missing, wrong or expired'),
    ApiProblem(403, 'The key may not do this: its role is too small, or it is for some brands only'),
    ApiProblem(
      429,
      'Too many wrong keys came from this address, or too many large bodies are being read: repeat it after Retry-After',
    ),
    ApiProblem(503, 'The database did not answer: come back after Retry-After'),
  );
}
