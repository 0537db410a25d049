import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { SchemaController } from './schema.controller.js';

/** Endpoints of the database schema. */
@Module({ imports: [AdminCommonModule], controllers: [SchemaController] })
export class SchemaApiModule {}
