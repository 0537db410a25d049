import { Module } from '@nestjs/common';
import { ReplayModule } from '../../replay/replay.module.js';
import { TemplatesModule } from '../../templates/templates.module.js';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { ReplaysController } from './replays.controller.js';
import { Replays } from './replays.service.js';

/** Endpoints of replays. */
@Module({
  imports: [AdminCommonModule, ReplayModule, TemplatesModule],
  controllers: [ReplaysController],
  providers: [Replays],
})
export class ReplaysApiModule {}
