import { Module } from '@nestjs/common';
import { DeliveryModule } from '../../delivery/delivery.module.js';
import { TemplatesModule } from '../../templates/templates.module.js';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { PreviewApiModule } from '../preview/preview-api.module.js';
import { TestMessages } from './test-messages.service.js';
import { TestSendController } from './test-send.controller.js';
import { TestSends } from './test-send.service.js';

/** Endpoint of test messages. */
@Module({
  imports: [AdminCommonModule, DeliveryModule, PreviewApiModule, TemplatesModule],
  controllers: [TestSendController],
  providers: [TestMessages, TestSends],
})
export class TestSendsApiModule {}
