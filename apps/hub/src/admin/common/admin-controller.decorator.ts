import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { AdminKeyGuard } from '../../http/admin-key.guard.js';
import { ApiProblem } from '../../http/problem.dto.js';

/** A controller of the admin API: none without the guard, and all documented alike. */
export function AdminController(path: string, tag: string): ClassDecorator {
  return applyDecorators(
    Controller(path),
    UseGuards(AdminKeyGuard),
    ApiTags(tag),
    ApiBearerAuth('admin'),
    ApiProblem(401, 'The admin key is missing or wrong'),
  );
}
