import { Module } from '@nestjs/common';
import { AdminKeyGuard } from '../http/admin-key.guard.js';

/** The admin API. */
@Module({ controllers: [], providers: [AdminKeyGuard] })
export class AdminModule {}
