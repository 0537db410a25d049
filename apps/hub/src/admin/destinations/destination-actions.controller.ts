import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import type { CurrentDestination } from '../common/fresh-configuration.service.js';
import { ShowsPeopleIn } from '../common/present-names.js';
import { DestinationActions } from './destination-actions.service.js';
import { CallbackUrlAccess } from './callback-url.service.js';
import { DestinationDto, RotatedCallbackDto, DestinationViews } from './destination.dto.js';
import { ChoicesDto, DestinationVerificationDto, PauseDto } from './destination-actions.dto.js';

/** Endpoints that test, pause and resume destinations. */
@AdminController('v1/brands/:brand/destinations/:name', 'destinations')
@RequiresRole('operator')
@ApiProblem(404, 'The brand, the destination or the setting does not exist')
@ShowsPeopleIn('pausedByName', 'connectedBy')
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
    description: 'A passed test resumes a destination that the hub paused because of its credentials.',
  })
  @ApiOkResponse({ type: DestinationVerificationDto })
  verify(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
  ): Promise<DestinationVerificationDto> {
    return this.destinations.verify(caller, brand, name);
  }

  /** Lists the values that the vendor offers for a setting. */
  @Post('choices/:field')
  @HttpCode(200)
  @ApiOperation({
    summary: 'List the values that the vendor offers for a setting',
    description: 'Asks the vendor with the credentials of the destination, for example for its senders or templates.',
  })
  @ApiOkResponse({ type: ChoicesDto })
  choices(
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Param('field') field: string,
  ): Promise<ChoicesDto> {
    return this.destinations.choices(brand, name, field);
  }

  /** Pauses a destination. */
  @Post('pause')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Pause a destination: its deliveries are held, none is lost',
    description: 'With `until`, the pause ends by itself. A second call replaces reason and end of the pause.',
  })
  @ApiOkResponse({ type: DestinationDto })
  @ApiProblem(409, 'The destination is disabled, because it is missing from its file')
  async pause(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Body(JsonBodyPipe) body: PauseDto,
  ): Promise<DestinationDto> {
    return this.view(await this.destinations.pause(caller, brand, name, body));
  }

  /** Resumes a destination. */
  @Post('resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Resume a destination: its held deliveries are sent' })
  @ApiOkResponse({ type: DestinationDto })
  @ApiProblem(409, 'The destination is disabled, because it is missing from its file')
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
      "The previous URL stays valid for 7 days; set the new URL in the vendor's console by then. Older URLs are " +
      'refused at once.',
  })
  @ApiOkResponse({ type: RotatedCallbackDto })
  @ApiProblem(409, 'The destination type has no callback URL')
  rotateCallback(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
  ): Promise<RotatedCallbackDto> {
    return this.callbackUrls.rotate(caller, brand, name);
  }

  private view({ brand, destination }: CurrentDestination): Promise<DestinationDto> {
    return this.views.of(destination, brand);
  }
}
