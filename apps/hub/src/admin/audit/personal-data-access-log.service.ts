import { Inject, Injectable } from '@nestjs/common';
import { actorOf, type AuditLog, type Caller } from '@patchbay/core';
import { ProblemError } from '../../http/problem.js';
import { AUDIT_LOG } from '../../tokens.js';

/** Checks and records each access to unmasked personal values in the audit log. */
@Injectable()
export class PersonalDataAccessLog {
  constructor(@Inject(AUDIT_LOG) private readonly log: Pick<AuditLog, 'append'>) {}

  /** Throws a ProblemError 403: call it before any look-up, so that the answer reveals nothing. */
  refuseUnlessAllowed({ reveal }: Caller): void {
    if (reveal) return;
    throw new ProblemError(403, 'Your key may not see personal values. It takes one that was made with `reveal`.');
  }

  /** Resolves when the access is in the audit log. Show values only afterwards. */
  async record(caller: Caller, brandId: string, eventId: string): Promise<void> {
    const entry = { actor: actorOf(caller), action: 'event.reveal', brandId, target: eventId };
    await this.log.append([{ ...entry, before: null, after: null }]);
  }
}
