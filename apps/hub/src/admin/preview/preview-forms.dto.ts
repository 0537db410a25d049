import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiProperty, getSchemaPath, PickType } from '@nestjs/swagger';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { PreviewDto } from './preview.dto.js';

/** Preview of a saved subscription. For the API documentation; {@link PreviewDto} validates each form. */
export class SubscriptionPreviewDto extends PickType(PreviewDto, ['event', 'eventId', 'step', 'entry', 'locale']) {
  @ApiProperty({ example: 'points-sms', description: 'Name of a subscription.' })
  readonly subscription!: string;
}

/** Preview of an unsaved subscription. For the API documentation; {@link PreviewDto} validates each form. */
export class DraftPreviewDto extends PickType(PreviewDto, ['event', 'eventId', 'step', 'entry', 'locale']) {
  @ApiProperty({
    allOf: [{ $ref: '#/components/schemas/NewSubscription' }],
    description: 'Unsaved subscription. Its `name` may be missing.',
  })
  readonly draft!: JsonObject;
}

/** Preview of a mapping without a subscription. For the API documentation; {@link PreviewDto} validates each form. */
export class MappingPreviewDto extends PickType(PreviewDto, ['event', 'eventId', 'locale', 'source']) {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Unsaved mapping.' })
  readonly mapping!: JsonObject;

  @ApiProperty({ example: 'acme-sms', description: 'Destination type whose rules the message is checked against.' })
  readonly destinationType!: string;
}

/** Documents the body of a preview: one of its forms, each with either `event` or `eventId`. */
export function ApiPreviewBody(): MethodDecorator {
  const forms = [SubscriptionPreviewDto, DraftPreviewDto, MappingPreviewDto];
  return applyDecorators(
    ApiExtraModels(...forms),
    ApiBody({ schema: { title: 'PreviewRequest', oneOf: forms.map((form) => ({ $ref: getSchemaPath(form) })) } }),
  );
}
