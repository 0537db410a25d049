import { Inject, Injectable } from '@nestjs/common';
import {
  actorOf,
  StoredValuesCheck,
  type AttemptOutcome,
  type Caller,
  type Clock,
  type DestinationPauseStore,
  type OpenDestination,
  type ReadStore,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { DELIVERY_ERROR_KINDS } from '@patchbay/plugin-sdk';
import { BullWakeUps } from '@patchbay/queue';
import { ProblemError } from '../../http/problem.js';
import { parseInstant } from '../../http/instant.js';
import { CLOCK, DESTINATION_PAUSE_STORE, READ_STORE } from '../../database/database.module.js';
import { FreshConfiguration, type CurrentDestination } from '../common/fresh-configuration.service.js';
import { fieldProblem } from '../preview/field-problem.js';
import type { ChoicesDto, DestinationVerificationDto, PauseDto } from './destination-actions.dto.js';
import { openDestination } from './open-destination.js';

/** Longest time until the end of a pause, in milliseconds. */
const MAX_PAUSE_MS = 366 * 86_400_000;

/**
 * Tests, pauses and resumes destinations. A pause is not configuration, so a destination that a file manages can also
 * be paused.
 */
@Injectable()
export class DestinationActions {
  private readonly storedValues: StoredValuesCheck;

  constructor(
    private readonly brands: FreshConfiguration,
    private readonly plugins: PluginGateway,
    private readonly wakeUps: BullWakeUps,
    @Inject(DESTINATION_PAUSE_STORE) private readonly pauses: DestinationPauseStore,
    @Inject(READ_STORE) private readonly store: Pick<ReadStore, 'pauses'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.storedValues = new StoredValuesCheck(plugins);
  }

  /**
   * Pauses a destination. If the destination is already paused, only reason and end of the pause change. Throws a
   * ProblemError 400 if the end is not in the next 366 days.
   */
  async pause(caller: Caller, brand: string, name: string, pause: PauseDto): Promise<CurrentDestination> {
    const { destination } = await this.brands.findDestination(brand, name);
    refuseDisabled(destination);
    const until = parseInstant(pause.until ?? '');
    const inMs = until === undefined ? null : until - this.clock.now();
    if (inMs !== null && (inMs <= 0 || inMs > MAX_PAUSE_MS)) {
      throw fieldProblem('until', 'must be a time in the next 366 days');
    }
    const details = until === undefined ? {} : { until };
    await this.pauses.pause(destination.id, pause.reason ?? 'Paused over the API.', actorOf(caller), details);
    return this.brands.findDestination(brand, name);
  }

  /**
   * Resumes a destination and wakes its workers. Throws a ProblemError 409 if the destination is disabled because its
   * brand file no longer contains it, or if its plugin refuses its stored values.
   */
  async resume(caller: Caller, brand: string, name: string): Promise<CurrentDestination> {
    const found = await this.brands.findDestination(brand, name);
    refuseDisabled(found.destination);
    const problem = this.storedValues.problemOf(found.destination, found.brand);
    if (problem !== null) throw new ProblemError(409, problem);
    await this.release(caller, found.destination.id);
    return this.brands.findDestination(brand, name);
  }

  /**
   * Tests the credentials without messaging a customer. If the test passes and the hub itself paused the destination,
   * the destination is resumed.
   */
  async verify(caller: Caller, brandName: string, name: string): Promise<DestinationVerificationDto> {
    const found = await this.brands.findDestination(brandName, name);
    const problem = this.storedValues.problemOf(found.destination, found.brand);
    if (problem !== null) return { ok: false, errorKind: null, message: problem, resumed: false, warnings: [] };
    const opened = openDestination(found);
    const outcome = await this.plugins.verify(opened, new AbortController().signal);
    if (outcome.kind !== 'accepted') return failed(outcome);
    const warnings = await this.settingWarnings(opened);
    const { disabled, id } = found.destination;
    const pause = (await this.store.pauses([id])).get(id);
    if (pause === undefined && !disabled) return passed(null, false, warnings);
    if (disabled || pause?.by === 'person')
      return passed(
        'The credentials are valid, but a person paused the destination or its file does not have it. Resume it to ' +
          'send its deliveries.',
        false,
        warnings,
      );
    await this.release(caller, id);
    return passed('The destination was paused because of its credentials and is now resumed.', true, warnings);
  }

  /**
   * Lists the values that the vendor offers for a setting. Throws a ProblemError 404 if the plugin loads no values for
   * the setting.
   */
  async choices(brandName: string, name: string, field: string): Promise<ChoicesDto> {
    const found = await this.brands.findDestination(brandName, name);
    const known = this.plugins.settingsFromVendor(found.destination.type);
    if (!known.includes(field)) {
      const hint = known.length === 0 ? 'The type has no such setting.' : `Use one of ${known.join(', ')}.`;
      throw new ProblemError(404, `The vendor offers no values for this setting of ${found.destination.type}. ${hint}`);
    }
    const problem = this.storedValues.problemOf(found.destination, found.brand);
    if (problem !== null) return { ok: false, message: problem, data: [] };
    const loaded = await this.plugins.choices(openDestination(found), field, new AbortController().signal);
    if (!loaded.ok) return { ok: false, message: loaded.message, data: [] };
    return {
      ok: true,
      message: null,
      data: loaded.choices.map(({ value, label }) => ({ value, label: label ?? null })),
    };
  }

  /** Returns a warning per setting whose value the vendor does not offer, or could not list. */
  private async settingWarnings(destination: OpenDestination): Promise<readonly string[]> {
    const warnings: string[] = [];
    for (const field of this.plugins.settingsFromVendor(destination.type)) {
      const value = destination.settings[field];
      if (typeof value !== 'string' || value === '') continue;
      const loaded = await this.plugins.choices(destination, field, new AbortController().signal);
      if (!loaded.ok) warnings.push(`settings.${field} could not be checked: ${loaded.message}`);
      else if (!loaded.choices.some((choice) => choice.value === value)) {
        warnings.push(`settings.${field}: the vendor does not offer "${value}". Choose one of its values.`);
      }
    }
    return warnings;
  }

  private async release(caller: Caller, destinationId: string): Promise<void> {
    await this.pauses.resume(destinationId, actorOf(caller));
    this.wakeUps.wake(destinationId);
  }
}

function refuseDisabled({ disabled, file }: CurrentDestination['destination']): void {
  if (!disabled) return;
  throw new ProblemError(
    409,
    `The destination is disabled, because it is missing from ${file ?? 'its file'}. Add it to that file again and ` +
      'apply the file.',
  );
}

function passed(message: string | null, resumed: boolean, warnings: readonly string[]): DestinationVerificationDto {
  return { ok: true, errorKind: null, message, resumed, warnings };
}

function failed({ kind, message }: Exclude<AttemptOutcome, { kind: 'accepted' }>): DestinationVerificationDto {
  const errorKind = DELIVERY_ERROR_KINDS.find((known) => known === kind) ?? null;
  return { ok: false, errorKind, message, resumed: false, warnings: [] };
}
