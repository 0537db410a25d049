import { Inject, Injectable } from '@nestjs/common';
import { actorOf, type AuditLog, type BrandRecord, type Caller } from '@patchbay/core';
import { ProblemError } from '../../http/problem.js';
import { AUDIT_LOG } from '../../database/database.module.js';

/** Checks each access to unmasked personal values, and records the access in the audit log. */
@Injectable()
export class PersonalDataAccessLog {
  constructor(@Inject(AUDIT_LOG) private readonly log: Pick<AuditLog, 'append'>) {}

  /**
   * Throws a ProblemError 403 if the key may not see personal values. Call this method before any lookup, so that the
   * error does not reveal if the event exists.
   */
  refuseUnlessAllowed({ reveal }: Caller): void {
    if (reveal) return;
    throw new ProblemError(
      403,
      'Your key may not see personal values, because it was created without `reveal`. Use a key that was created ' +
        'with `reveal`.',
    );
  }

  /**
   * Records an access to the personal values of an object in the audit log. Show the values only after this promise has
   * resolved.
   */
  async record(
    caller: Caller,
    brandId: string,
    target: string,
    action: 'event.reveal' | 'suppression.reveal' = 'event.reveal',
  ): Promise<void> {
    const entry = { actor: actorOf(caller), action, brandId, target };
    await this.log.append([{ ...entry, before: null, after: null }]);
  }

  /** Records in the audit log that a trial of a draft evaluates filters on personal values. */
  async recordTrial(caller: Caller, brand: Pick<BrandRecord, 'id' | 'name'>, subscription: string): Promise<void> {
    const target = `${brand.name}/${subscription}`;
    const entry = { actor: actorOf(caller), action: 'trial.reveal', brandId: brand.id, target };
    await this.log.append([{ ...entry, before: null, after: null }]);
  }
}
