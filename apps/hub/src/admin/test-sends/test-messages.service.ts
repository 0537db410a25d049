import { Injectable } from '@nestjs/common';
import {
  brandView,
  isJson,
  mappedDestinations,
  mappingScope,
  previewMessage,
  purposeOf,
  type Caller,
  type CompiledSource,
  type JsonObject,
  type MessagePurpose,
  type Recipient,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { isJsonObject, type EventEnvelope } from '@patchbay/plugin-sdk';
import { ProblemError } from '../../http/problem.js';
import { TemplatePool } from '../../templates/template-pool.js';
import type { CurrentDestination } from '../common/fresh-configuration.service.js';
import { Drafts } from '../preview/drafts.service.js';
import { fieldProblem } from '../preview/field-problem.js';
import { previewSource, previewTarget, targetWith, type PreviewTarget } from '../preview/preview-target.js';
import { PreviewedEvents } from '../preview/previewed-event.service.js';
import { isAddressedTo, withAddresses } from './test-recipient.js';
import type { TestSendDto } from './test-send.dto.js';

const MAX_FIELDS = 20;
const MAX_LENGTH = 4_096;

/** Test message that may be sent. */
export interface TestMessage {
  readonly message: JsonObject;
  readonly recipient: Recipient;
  /** Event of the message. Null if the caller sent a rendered message. */
  readonly event: EventEnvelope | null;
  /** Source of the subscription. Undefined without a subscription, or if its source was deleted. */
  readonly source: CompiledSource | undefined;
  readonly purpose: MessagePurpose;
}

/** Builds and checks test messages. Sends nothing. */
@Injectable()
export class TestMessages {
  constructor(
    private readonly drafts: Drafts,
    private readonly events: PreviewedEvents,
    private readonly plugins: PluginGateway,
    private readonly templates: TemplatePool,
  ) {}

  /** Builds the message of a request. Throws a ProblemError if the message is invalid, or not for the recipient. */
  async build(caller: Caller, current: CurrentDestination, request: TestSendDto): Promise<TestMessage> {
    const recipient = recipientOf(request.recipient);
    const made =
      request.message === undefined
        ? await this.render(caller, current, request, recipient)
        : {
            message: onlyMessage(request, request.message),
            event: null,
            source: undefined,
            purpose: 'promotional' as const,
          };
    const { type } = current.destination;
    const problems = this.plugins.checkMessage(type, made.message);
    if (problems.length > 0) throw invalidMessage(problems);
    const channel = this.plugins.facts(type)?.messaging ?? null;
    const isToCustomer = channel !== null;
    if (isToCustomer && !isAddressedTo(made.message, recipient)) throw otherAddress();
    return { ...made, recipient, purpose: request.purpose ?? made.purpose };
  }

  private async render(
    caller: Caller,
    current: CurrentDestination,
    request: TestSendDto,
    recipient: Recipient,
  ): Promise<Omit<TestMessage, 'recipient'>> {
    const target = await this.targetOf(caller, current, request);
    const event = await this.eventOf(current, request, target, recipient);
    const { brand, destination } = current;
    const template = target.mapping ?? this.plugins.facts(destination.type)?.preset(event.type);
    if (template === undefined) {
      throw fieldProblem(
        'mapping',
        `is missing, and ${destination.type} has no preset for ${event.type}: add a mapping`,
      );
    }
    const scope = mappingScope({ event, brand: brandView(brand), enriched: {}, recipient });
    const rendering = await this.templates.render(caller, { template, options: { timezone: brand.timezone }, scope });
    const { message, problems } = previewMessage(rendering, (made) =>
      this.plugins.checkMessage(destination.type, made),
    );
    if (message === null || problems.length > 0) throw invalidMessage(problems);
    const { subscription } = target;
    const source = subscription === null ? undefined : current.configuration.source(subscription.sourceId);
    return { message, event, source, purpose: purposeOf({ messaging: subscription?.messaging ?? null, source }) };
  }

  private async targetOf(
    caller: Caller,
    current: CurrentDestination,
    { draft, mapping, ...request }: TestSendDto,
  ): Promise<PreviewTarget> {
    const version = draft === undefined ? null : await this.drafts.version(caller, draft, current);
    const { id, type, name } = current.destination;
    const ofMapping = mapping === undefined ? {} : { mapping, destinationType: type };
    const named = previewTarget({ ...request, ...ofMapping }, version, current);
    const { subscription, step } = named;
    const entry =
      step === 0 && subscription?.route !== undefined
        ? mappedDestinations(subscription).find(({ destinationId }) => destinationId === id)
        : undefined;
    const target = entry === undefined ? named : targetWith(named, entry, current.configuration);
    if (target.destinationType === type) return target;
    const isRouted = step === 0 && subscription?.route !== undefined;
    const reason = isRouted
      ? `no entry of its route sends to ${name}: choose a destination of its route`
      : `its destination is of another type than ${name}: choose its own destination`;
    throw fieldProblem('subscription', reason);
  }

  private async eventOf(
    current: CurrentDestination,
    request: TestSendDto,
    target: PreviewTarget,
    recipient: Recipient,
  ): Promise<EventEnvelope> {
    const { event, eventId } = request;
    if ((event === undefined) === (eventId === undefined)) {
      throw fieldProblem('event', 'send exactly one of event (as its source sends it) and eventId (of a stored event)');
    }
    if (eventId === undefined) return this.events.sent(event, previewSource(request, target, current)).envelope;
    const { envelope } = await this.events.stored(eventId, current.brand, current.configuration, false);
    return { ...envelope, data: withAddresses(envelope.data, recipient) };
  }
}

function recipientOf(value: unknown): Recipient {
  if (!isJson(value) || !isJsonObject(value)) throw fieldProblem('recipient', 'must be an object of texts');
  const entries = Object.entries(value);
  if (entries.length > MAX_FIELDS) throw fieldProblem('recipient', `may have at most ${MAX_FIELDS} fields`);
  const wrong = entries.find(([, text]) => typeof text !== 'string' || text.length > MAX_LENGTH);
  if (wrong === undefined) return value;
  throw fieldProblem(`recipient.${wrong[0].slice(0, 100)}`, `must be a text of at most ${MAX_LENGTH} characters`);
}

function onlyMessage(request: TestSendDto, message: JsonObject): JsonObject {
  const { subscription, draft, mapping, event, eventId } = request;
  const isOnly = [subscription, draft, mapping, event, eventId].every((one) => one === undefined);
  if (isOnly && isJson(message)) return message;
  throw fieldProblem('message', 'is sent as it is: send no event, mapping, subscription or draft with it');
}

function invalidMessage(problems: readonly { readonly field: string; readonly message: string }[]): ProblemError {
  return new ProblemError(
    422,
    'The message is invalid, so nothing was sent. Correct the fields in `errors`.',
    problems.slice(0, 100).map(({ field, message }) => ({ field: `message.${field}`, detail: message })),
  );
}

function otherAddress(): ProblemError {
  return new ProblemError(
    422,
    'Nothing was sent, because no field of the message is the address of the recipient. Read the address from ' +
      '`recipient` in the mapping, such as {{ recipient.phone }}, or send the whole message.',
    [{ field: 'recipient', detail: 'has no address that the message contains' }],
  );
}
