import { Inject, Injectable } from '@nestjs/common';
import {
  actorOf,
  openCredentials,
  StoredValuesCheck,
  type AttemptOutcome,
  type Caller,
  type ConfigurationStore,
  type OpenDestination,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { DELIVERY_ERROR_KINDS } from '@patchbay/plugin-sdk';
import { BullWakeUps } from '@patchbay/queue';
import { ProblemError } from '../../http/problem.js';
import { CONFIGURATION_STORE } from '../../tokens.js';
import { FreshConfiguration, type CurrentDestination } from '../common/fresh-configuration.service.js';
import type { VerificationDto } from './verification.dto.js';

/** Tests, holds and releases destinations. Pausing is no configuration: a destination that a file manages can be paused too. */
@Injectable()
export class DestinationActions {
  private readonly storedValues: StoredValuesCheck;

  constructor(
    private readonly brands: FreshConfiguration,
    private readonly plugins: PluginGateway,
    private readonly wakeUps: BullWakeUps,
    @Inject(CONFIGURATION_STORE) private readonly store: ConfigurationStore,
  ) {
    this.storedValues = new StoredValuesCheck(plugins);
  }

  /** Holds its deliveries. Repeated, it changes the reason only. */
  async pause(caller: Caller, brand: string, name: string, note: string | undefined): Promise<CurrentDestination> {
    const { destination } = await this.brands.findDestination(brand, name);
    refuseDisabled(destination);
    await this.store.pauseDestination(destination.id, note ?? 'Paused over the API.', actorOf(caller));
    return this.brands.findDestination(brand, name);
  }

  /**
   * Lets its held deliveries go out, at once. Throws a ProblemError 409 if only its file can bring it back, or if what is
   * stored does not fit its plugin.
   */
  async resume(caller: Caller, brand: string, name: string): Promise<CurrentDestination> {
    const found = await this.brands.findDestination(brand, name);
    refuseDisabled(found.destination);
    const problem = this.storedValues.problemOf(found.destination, found.brand);
    if (problem !== null) throw new ProblemError(409, problem);
    await this.release(caller, found.destination.id);
    return this.brands.findDestination(brand, name);
  }

  /** Tests its credentials without messaging a customer. A pass ends a pause that the hub made by itself. */
  async verify(caller: Caller, brandName: string, name: string): Promise<VerificationDto> {
    const found = await this.brands.findDestination(brandName, name);
    const problem = this.storedValues.problemOf(found.destination, found.brand);
    if (problem !== null) return { ok: false, errorKind: null, message: problem, resumed: false };
    const outcome = await this.plugins.verify(toOpenDestination(found), new AbortController().signal);
    if (outcome.kind !== 'accepted') return failed(outcome);
    const { paused, disabled, pausedBy, id } = found.destination;
    if (!paused) return passed(null, false);
    if (disabled || pausedBy === 'person') return passed('It stays paused until it is resumed.', false);
    await this.release(caller, id);
    return passed('It was paused, and goes on now.', true);
  }

  private async release(caller: Caller, destinationId: string): Promise<void> {
    await this.store.resumeDestination(destinationId, actorOf(caller));
    await this.brands.current();
    this.wakeUps.wake(destinationId);
  }
}

function refuseDisabled({ disabled, file }: CurrentDestination['destination']): void {
  if (!disabled) return;
  throw new ProblemError(409, `It has vanished from ${file ?? 'its file'}: put it back there and apply the file.`);
}

function toOpenDestination({ brand, destination }: CurrentDestination): OpenDestination {
  const { id, brandId, type, version, settings, limits } = destination;
  return {
    ...{ id, brandId, type, version, settings, credentials: openCredentials(destination, brand) },
    ...(limits.timeoutMs === undefined ? {} : { timeoutMs: limits.timeoutMs }),
  };
}

function passed(message: string | null, resumed: boolean): VerificationDto {
  return { ok: true, errorKind: null, message, resumed };
}

function failed({ kind, message }: Exclude<AttemptOutcome, { kind: 'accepted' }>): VerificationDto {
  const errorKind = DELIVERY_ERROR_KINDS.find((known) => known === kind) ?? null;
  return { ok: false, errorKind, message, resumed: false };
}
