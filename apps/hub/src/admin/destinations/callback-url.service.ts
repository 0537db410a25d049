import { Inject, Injectable } from '@nestjs/common';
import { actorOf, decideAccess, type AuditLog, type Caller, type ConfigurationStore } from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { CallbackUrls } from '../../callbacks/callback-urls.js';
import { ProblemError } from '../../http/problem.js';
import { AUDIT_LOG, CONFIGURATION_STORE } from '../../database/database.module.js';
import { isoTimeOrNull } from '../common/time-range.dto.js';
import { FreshConfiguration, type CurrentDestination } from '../common/fresh-configuration.service.js';
import type { RotatedCallbackDto } from './destination.dto.js';

/**
 * Access to callback URLs of destinations. For some vendors the URL is the only authentication of a call, and a forged
 * status update can start a fallback. Therefore viewers do not get the URL, and the audit log contains an entry for
 * each access.
 */
@Injectable()
export class CallbackUrlAccess {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly plugins: PluginGateway,
    private readonly urls: CallbackUrls,
    @Inject(CONFIGURATION_STORE) private readonly store: Pick<ConfigurationStore, 'rotateCallback'>,
    @Inject(AUDIT_LOG) private readonly log: Pick<AuditLog, 'append'>,
  ) {}

  /**
   * Records the access in the audit log and returns the callback URL. Returns null if the destination has no callback
   * URL or the caller may not see it.
   */
  async show(caller: Caller, { brand, destination }: CurrentDestination): Promise<string | null> {
    if (decideAccess(caller, { role: 'operator', target: { kind: 'visible' } }) !== 'allowed') return null;
    const url = this.urlOf(destination);
    if (url === null) return null;
    const entry = { actor: actorOf(caller), action: 'destination.showCallback', brandId: brand.id };
    await this.log.append([{ ...entry, target: `${brand.name}/${destination.name}`, before: null, after: null }]);
    return url;
  }

  /** Replaces the URL. Throws a ProblemError 409 if the destination type has no status callbacks. */
  async rotate(caller: Caller, brandName: string, name: string): Promise<RotatedCallbackDto> {
    const { destination } = await this.brands.findDestination(brandName, name);
    if (!this.plugins.hasStatusCallback(destination.type)) {
      throw new ProblemError(
        409,
        `The callback URL cannot be rotated, because destinations of type ${destination.type} have no callback URL. ` +
          'No action is needed.',
      );
    }
    await this.store.rotateCallback(destination.id, actorOf(caller));
    const rotated = await this.brands.findDestination(brandName, name);
    return {
      callbackUrl: this.urlOf(rotated.destination),
      previousValidUntil: isoTimeOrNull(rotated.destination.callback.previousUntil),
    };
  }

  private urlOf(destination: CurrentDestination['destination']): string | null {
    if (!this.plugins.hasStatusCallback(destination.type)) return null;
    return this.urls.ofDestination(destination) ?? null;
  }
}
