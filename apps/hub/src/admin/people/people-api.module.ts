import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { PeopleController } from './people.controller.js';

/** Endpoints of the people who use the hub with accounts of the identity provider. */
@Module({ imports: [AdminCommonModule], controllers: [PeopleController] })
export class PeopleApiModule {}
