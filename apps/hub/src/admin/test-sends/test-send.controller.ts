import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { TestSendDto, TestSentDto } from './test-send.dto.js';
import { TestSends } from './test-send.service.js';

/** Endpoint of test messages. */
@AdminController('v1/brands/:brand/destinations/:name/test-send', 'destinations')
@RequiresRole('operator')
export class TestSendController {
  constructor(private readonly testSends: TestSends) {}

  /** Sends a test message. */
  @Post()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'sendTest',
    summary: 'Send one test message to a named recipient',
    description:
      'A real attempt through the plugin, with an idempotency key that begins with `test-`. It is not retried and not ' +
      'stored, and does not count towards caps, quotas, rates and statistics. Messaging rules of the subscription and ' +
      'of the destination (`sendAfter`, `contactInterval`, `quota`) do not apply; the ' +
      'suppression list is, and for a promotional message the consent rule too, unless `consented` is true. ' +
      'Personal values of a stored event are never sent. An SMS, e-mail or push message must contain the address of ' +
      'the recipient. At most 10 per minute per destination and per key. Audited without the address.',
  })
  @ApiOkResponse({ type: TestSentDto })
  @ApiProblem(404, 'The brand, destination, subscription, source or event does not exist')
  @ApiProblem(409, 'The destination cannot be used, the address is suppressed, or the recipient did not consent')
  @ApiProblem(422, 'The draft or the message is invalid, or the message is not addressed to the recipient')
  @ApiProblem(429, 'Too many test messages in the last minute')
  send(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Body(JsonBodyPipe) body: TestSendDto,
  ): Promise<TestSentDto> {
    return this.testSends.send(caller, brand, name, body);
  }
}
