import { Inject, Injectable } from '@nestjs/common';
import {
  actorOf,
  callerId,
  addressesIn,
  brandView,
  consentFor,
  consentRulesFor,
  mappingScope,
  StoredValuesCheck,
  SuppressionList,
  uuidV7,
  type AttemptOutcome,
  type AuditLog,
  type Caller,
  type Clock,
  type JsonObject,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { DELIVERY_ERROR_KINDS, type EventEnvelope, type VendorResponse } from '@patchbay/plugin-sdk';
import { AUDIT_LOG, CLOCK } from '../../database/database.module.js';
import { ProblemError } from '../../http/problem.js';
import { FreshConfiguration, type CurrentDestination } from '../common/fresh-configuration.service.js';
import { openDestination } from '../destinations/open-destination.js';
import { TestMessages, type TestMessage } from './test-messages.service.js';
import { TEST_SENDS_PER_MINUTE, TestSendLimiter } from './test-send-limiter.js';
import type { TestSendDto, TestSentDto } from './test-send.dto.js';

/** Sends test messages. A test message is not a delivery: it is not stored, not retried and counts nowhere. */
@Injectable()
export class TestSends {
  private readonly limiter = new TestSendLimiter();
  private readonly storedValues: StoredValuesCheck;

  constructor(
    private readonly brands: FreshConfiguration,
    private readonly messages: TestMessages,
    private readonly plugins: PluginGateway,
    private readonly suppressions: SuppressionList,
    @Inject(AUDIT_LOG) private readonly audit: Pick<AuditLog, 'append'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.storedValues = new StoredValuesCheck(plugins);
  }

  /** Sends one test message. Throws a ProblemError if nothing was sent. */
  async send(caller: Caller, brandName: string, name: string, request: TestSendDto): Promise<TestSentDto> {
    const current = await this.brands.findDestination(brandName, name);
    this.refuseUnusable(current);
    const made = await this.messages.build(caller, current, request);
    await this.refuseUnwanted(current, made, request.consented === true);
    this.refuseTooMany(caller, current.destination.id);
    await this.record(caller, current, request, made);
    const started = performance.now();
    const outcome = await this.attempt(current, made);
    return outcomeView(outcome, made.message, Math.round(performance.now() - started));
  }

  private refuseUnusable({ destination, brand }: CurrentDestination): void {
    if (destination.disabled) {
      throw new ProblemError(
        409,
        `The destination is disabled, because it is missing from ${destination.file ?? 'its file'}. Add it to that ` +
          'file again and apply the file.',
      );
    }
    const problem = this.storedValues.problemOf(destination, brand);
    if (problem !== null) throw new ProblemError(409, problem);
  }

  /** Refuses a message to a suppressed address, or to a recipient who gives no consent to a promotional message. */
  private async refuseUnwanted(
    { brand, destination }: CurrentDestination,
    { message, recipient, event, source, purpose }: TestMessage,
    consented: boolean,
  ): Promise<void> {
    const facts = this.plugins.facts(destination.type);
    if (facts === undefined) return;
    const { messaging: channel, addressPathsOf } = facts;
    const addresses = addressesIn(message, addressPathsOf(message));
    const facing = { channel, purpose, sender: destination.name };
    const suppressed = await this.suppressions.stopped(brand, addresses, facing);
    if (suppressed !== null) {
      throw new ProblemError(
        409,
        `Nothing was sent, because the address is on the suppression list of the brand (${suppressed.message}). Use ` +
          'another address, or remove the suppression.',
      );
    }
    const rules = consentRulesFor({ purpose, source }, brand.lookups);
    if (consented || rules === undefined) return;
    const scope = mappingScope({
      event: event ?? testEvent(brand.name, this.clock.now()),
      brand: brandView(brand),
      recipient,
    });
    if (consentFor(channel, rules, scope).kind !== 'given') {
      throw new ProblemError(
        409,
        `Nothing was sent, because the hub does not know that the recipient consented to ${channel}: the hub looks ` +
          'nothing up for a test message. If the person agreed, confirm it with `consented`. If the message is ' +
          'transactional, set `purpose` to `transactional`.',
      );
    }
  }

  private refuseTooMany(caller: Caller, destinationId: string): void {
    const waitMs = this.limiter.take([`destination/${destinationId}`, `key/${callerId(caller)}`], performance.now());
    if (waitMs === 0) return;
    throw new ProblemError(
      429,
      `Nothing was sent, because at most ${TEST_SENDS_PER_MINUTE} test messages per minute are allowed, per ` +
        'destination and per key. Retry after Retry-After.',
      undefined,
      { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
    );
  }

  /** Records the test message before it is sent, so that no message is sent without an entry. */
  private async record(
    caller: Caller,
    { brand, destination }: CurrentDestination,
    { subscription, eventId, consented }: TestSendDto,
    { recipient, purpose }: TestMessage,
  ): Promise<void> {
    const after: JsonObject = {
      // The names of the fields only: the audit log must not contain addresses.
      recipient: Object.keys(recipient).sort(),
      purpose,
      ...(consented === true ? { consented } : {}),
      ...(subscription === undefined ? {} : { subscription }),
      ...(eventId === undefined ? {} : { eventId }),
    };
    const entry = {
      actor: actorOf(caller),
      action: 'destination.testSend',
      brandId: brand.id,
      target: `${brand.name}/${destination.name}`,
    };
    await this.audit.append([{ ...entry, before: null, after }]);
  }

  private attempt(current: CurrentDestination, { message, recipient, event }: TestMessage): Promise<AttemptOutcome> {
    const ofMessage = testEvent(current.brand.name, this.clock.now());
    const { id } = ofMessage;
    return this.plugins.deliver({
      destination: openDestination(current),
      message,
      event: event ?? ofMessage,
      lookedUp: { enriched: {}, recipient },
      delivery: { id, attempt: 1, idempotencyKey: `test-${id}` },
      signal: new AbortController().signal,
    });
  }
}

/** Returns the event of a message that the caller sent whole. @param now milliseconds since the epoch */
function testEvent(brand: string, now: number): EventEnvelope {
  const at = new Date(now).toISOString();
  const id = uuidV7(now);
  return { id, type: 'test', brand, source: 'test', customerId: null, occurredAt: at, receivedAt: at, data: {} };
}

function outcomeView(outcome: AttemptOutcome, sent: JsonObject, durationMs: number): TestSentDto {
  const accepted = outcome.kind === 'accepted' || outcome.kind === 'pending';
  return {
    accepted,
    externalId: 'externalId' in outcome ? (outcome.externalId ?? null) : null,
    errorKind: DELIVERY_ERROR_KINDS.find((kind) => kind === outcome.kind) ?? null,
    message: 'message' in outcome ? outcome.message : null,
    vendorCode: 'vendorCode' in outcome ? (outcome.vendorCode ?? null) : null,
    request: 'request' in outcome ? (outcome.request ?? null) : null,
    response: 'response' in outcome ? responseView(outcome.response) : null,
    durationMs,
    sent,
  };
}

function responseView(response: VendorResponse | undefined): TestSentDto['response'] {
  return response === undefined ? null : { status: response.status, body: response.body ?? null };
}
