import { Module } from '@nestjs/common';
import { TemplatePool } from './template-pool.js';

/** Module of the thread for untrusted templates. */
@Module({ providers: [{ provide: TemplatePool, useFactory: () => new TemplatePool() }], exports: [TemplatePool] })
export class TemplatesModule {}
