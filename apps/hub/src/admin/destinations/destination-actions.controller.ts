import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import type { CurrentDestination } from '../common/fresh-configuration.service.js';
import { DestinationActions } from './destination-actions.service.js';
import { CallbackUrlAccess } from './callback-url.service.js';
import { DestinationDto, RotatedCallbackDto } from './destination.dto.js';
import { DestinationViews } from './destination-views.service.js';
import { PauseDto } from './pause.dto.js';
import { VerificationDto } from './verification.dto.js';

/** What a person does to a destination as it runs. */
@AdminController('v1/brands/:brand/destinations/:name', 'destinations')
@RequiresRole('operator')
@ApiProblem(404, 'There is no such brand or destination')
export class DestinationActionsController {
  constructor(
    private readonly destinations: DestinationActions,
    private readonly views: DestinationViews,
    private readonly callbackUrls: CallbackUrlAccess,
  ) {}

  /** Tests the credentials. */
  @Post('verify')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Test the credentials without messaging a customer',
    description: 'Passing ends a pause that the hub made because of the credentials.',
  })
  @ApiOkResponse({ type: VerificationDto })
  verify(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
  ): Promise<VerificationDto> {
    return this.destinations.verify(caller, brand, name);
  }

  /** Holds the deliveries. */
  @Post('pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hold its deliveries; nothing is lost' })
  @ApiOkResponse({ type: DestinationDto })
  @ApiProblem(409, 'It has vanished from its file')
  async pause(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Body(JsonBodyPipe) { reason }: PauseDto,
  ): Promise<DestinationDto> {
    return this.view(await this.destinations.pause(caller, brand, name, reason));
  }

  /** Lets them go out. */
  @Post('resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let its held deliveries go out' })
  @ApiOkResponse({ type: DestinationDto })
  @ApiProblem(409, 'It has vanished from its file')
  async resume(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
  ): Promise<DestinationDto> {
    return this.view(await this.destinations.resume(caller, brand, name));
  }

  /** Replaces the callback URL. */
  @Post('rotate-callback')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Replace the URL for status callbacks',
    description:
      "The URL before stays valid for 7 days: set the new one in the vendor's console by then. An older URL is refused " +
      'at once.',
  })
  @ApiOkResponse({ type: RotatedCallbackDto })
  @ApiProblem(409, 'Its type has no callback URL')
  rotateCallback(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
  ): Promise<RotatedCallbackDto> {
    return this.callbackUrls.rotate(caller, brand, name);
  }

  private view({ brand, destination }: CurrentDestination): DestinationDto {
    return this.views.of(destination, brand);
  }
}
