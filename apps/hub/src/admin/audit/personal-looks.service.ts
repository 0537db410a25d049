import { Inject, Injectable } from '@nestjs/common';
import { actorOf, type AuditLog, type Caller } from '@patchbay/core';
import { ProblemError } from '../../http/problem.js';
import { AUDIT_LOG } from '../../tokens.js';

/** Looks at unmasked personal values: by those who may, and none that the audit log does not tell of. */
@Injectable()
export class PersonalLooks {
  constructor(@Inject(AUDIT_LOG) private readonly log: Pick<AuditLog, 'append'>) {}

  /** Throws a ProblemError 403: before anything is looked for, so that nothing can be learned from the answer. */
  refuseUnlessAllowed({ reveal }: Caller): void {
    if (reveal) return;
    throw new ProblemError(403, 'Your key may not see personal values. It takes one that was made with `reveal`.');
  }

  /** Resolves when the look is in the audit log: only then may anything be shown. */
  async note(caller: Caller, brandId: string, eventId: string): Promise<void> {
    const entry = { actor: actorOf(caller), action: 'event.reveal', brandId, target: eventId };
    await this.log.append([{ ...entry, before: null, after: null }]);
  }
}
