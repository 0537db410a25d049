import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { StatusController } from './status.controller.js';

/** Status page. */
@Module({ imports: [DatabaseModule], controllers: [StatusController] })
export class StatusModule {}
