import { Inject, Injectable } from '@nestjs/common';
import {
  actorOf,
  BOOTSTRAP_CALLER,
  bootstrapProof,
  callerOfKey,
  createSessionToken,
  endOf,
  hashOfSecret,
  isBootstrapProof,
  KeyUses,
  latestEndOf,
  looksLikeSessionToken,
  SESSION_LIMITS,
  type ApiKey,
  type Caller,
  type CallerSession,
  type Clock,
  type FoundSession,
  type KeyStore,
  type LinkOwner,
  type SessionAudit,
  type SessionOwner,
  type SessionStore,
} from '@patchbay/core';
import { ADMIN_KEY } from '../../boot/admin-key.js';
import { CLOCK, KEY_STORE, SESSION_STORE } from '../../database/database.module.js';
import { People } from '../../people/people.service.js';

/** A new session, and the token that its cookie carries. */
export interface StartedSession {
  readonly token: string;
  readonly caller: Caller;
}

/** A new sign-in link. */
export interface MadeLink {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Sessions of the console. Each request reads its session and the session's key or person from the database. A revoked
 * or expired key therefore ends its sessions in every process at once.
 */
@Injectable()
export class Sessions {
  private readonly adminKeyHash: Uint8Array | null;

  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    @Inject(KEY_STORE) private readonly keys: Pick<KeyStore, 'find'>,
    private readonly uses: KeyUses,
    @Inject(People) private readonly people: Pick<People, 'callerOfSession'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ADMIN_KEY) adminKey: string | null,
  ) {
    this.adminKeyHash = adminKey === null ? null : hashOfSecret(adminKey);
  }

  /** Starts a session with the rights of a caller's key. Resolves with null if the key has been revoked since its check. */
  start(owner: Caller): Promise<StartedSession | null> {
    return this.startUntil(
      owner,
      (now) => latestEndOf(owner.expiresAt, now),
      (token) => this.ownerOf(owner, token),
    );
  }

  /**
   * Starts a session with the rights of a person, who has just signed in at the identity provider. Resolves with null if
   * the person has been deleted meanwhile.
   * @param roleValues values of the roles claim that rules name
   */
  async startForPerson(caller: Caller, roleValues: readonly string[]): Promise<StartedSession | null> {
    const { personId } = caller;
    if (personId === null) throw new Error('A session of a person was started for a key. Start it with start().');
    const latestEnd = (now: number): number => latestEndOf(now + SESSION_LIMITS.personMs, now);
    return this.startUntil(caller, latestEnd, () => ({ kind: 'person', personId, roleValues }));
  }

  private async startUntil(
    caller: Caller,
    latestEnd: (now: number) => number,
    ownerOf: (token: string) => SessionOwner,
  ): Promise<StartedSession | null> {
    const { token, hash } = createSessionToken();
    const now = this.clock.now();
    const latestEndsAt = latestEnd(now);
    const inSession = { ...caller, session: { hash, endsAt: endOf({ lastSeenAt: now, latestEndsAt }), latestEndsAt } };
    const isStored = await this.store.create(
      { hash, owner: ownerOf(token), lastSeenAt: now, latestEndsAt },
      auditOf(inSession),
    );
    return isStored ? { token, caller: inSession } : null;
  }

  /**
   * Finds the caller of a session. Resolves with null if the token is wrong or the session has ended.
   * @param counts true if the request counts as a use, which postpones the end of the session
   */
  async find(token: string, counts: boolean): Promise<Caller | null> {
    if (!looksLikeSessionToken(token)) return null;
    const now = this.clock.now();
    const hash = hashOfSecret(token);
    const found = await this.store.find(hash);
    if (found === null || endOf(found.session) <= now) return null;
    const { session: stored } = found;
    const caller = await this.callerIn(found, token, now);
    if (caller === null) return null;
    if (caller.keyId !== null) this.uses.record(caller.keyId, now);
    const isUse = counts && now - stored.lastSeenAt >= SESSION_LIMITS.recordUseEveryMs;
    if (isUse) await this.store.recordUse(hash, now);
    const { latestEndsAt } = stored;
    return {
      ...caller,
      session: { hash, latestEndsAt, endsAt: isUse ? endOf({ lastSeenAt: now, latestEndsAt }) : endOf(stored) },
    };
  }

  /** Ends the session of a caller. */
  end(caller: Caller, session: CallerSession): Promise<void> {
    return this.store.end(session.hash, auditOf(caller));
  }

  /**
   * Makes a one-time link that signs in with the rights of a caller's key. Resolves with null if the key has been
   * revoked since its check.
   */
  async makeLink(owner: Caller): Promise<MadeLink | null> {
    const { token, hash } = createSessionToken();
    const expiresAt = this.clock.now() + SESSION_LIMITS.linkMs;
    const link = { hash, owner: this.ownerOf(owner, token), expiresAt };
    return (await this.store.createLink(link, auditOf(owner))) ? { token, expiresAt } : null;
  }

  /** Uses up a sign-in link. Resolves with null if the token is wrong, used or expired. */
  async takeLink(token: string, now: number): Promise<Caller | null> {
    const link = looksLikeSessionToken(token) ? await this.store.takeLink(hashOfSecret(token)) : null;
    if (link === null || link.expiresAt <= now) return null;
    const key = link.owner.kind === 'key' ? await this.keys.find(link.owner.keyId) : null;
    return this.callerOf(link.owner, key, token, now);
  }

  private async callerIn(
    { session: { owner }, key, person }: FoundSession,
    token: string,
    now: number,
  ): Promise<Caller | null> {
    if (owner.kind !== 'person') return this.callerOf(owner, key, token, now);
    return person === null ? null : this.people.callerOfSession(person, owner.roleValues);
  }

  private ownerOf({ keyId }: Caller, token: string): LinkOwner {
    if (keyId !== null) return { kind: 'key', keyId };
    if (this.adminKeyHash === null)
      throw new Error(
        'A caller has no key id, as only PATCHBAY_ADMIN_KEY has none, but PATCHBAY_ADMIN_KEY is not set.',
      );
    return { kind: 'bootstrap', proof: bootstrapProof(token, this.adminKeyHash) };
  }

  /** @param key present key of the owner; null for PATCHBAY_ADMIN_KEY or if the key has been revoked */
  private callerOf(owner: LinkOwner, key: ApiKey | null, token: string, now: number): Caller | null {
    if (owner.kind === 'bootstrap') {
      const isValid = this.adminKeyHash !== null && isBootstrapProof(owner.proof, token, this.adminKeyHash);
      return isValid ? BOOTSTRAP_CALLER : null;
    }
    return key === null ? null : callerOfKey(key, now);
  }
}

/** Returns the audit facts of a caller. A key of exactly one brand is shown to the admins of this brand. */
function auditOf(caller: Caller): SessionAudit {
  const [brandId = null, ...others] = caller.brandIds ?? [];
  return { actor: actorOf(caller), brandId: others.length === 0 ? brandId : null };
}
