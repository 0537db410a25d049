import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  bearerToken,
  BOOTSTRAP_CALLER,
  callerOfKey,
  FailedKeyThrottle,
  hashOfSecret,
  KeyUses,
  looksLikeKey,
  type Caller,
  type Clock,
  type KeyStore,
} from '@patchbay/core';
import type { Logger } from 'pino';
import { ProblemError } from '../../http/problem.js';
import { ADMIN_KEY } from '../../boot/admin-key.js';
import { LOGGER } from '../../context/hub-options.js';
import { CLOCK, KEY_STORE } from '../../database/database.module.js';
import { addressBlock } from './address-block.js';

/** Wrong secret. `retryAfterMs` is null if the address is not throttled. */
export interface WrongSecret {
  readonly kind: 'wrong';
  readonly retryAfterMs: number | null;
}

/** Result of checking the secret of a caller. */
export type Verdict = { readonly kind: 'known'; readonly caller: Caller } | WrongSecret;

/** Looks up the owner of a secret. Resolves with null if the secret is wrong or expired. */
export type LookUp<Owner> = (secret: string, now: number) => Promise<Owner | null>;

/**
 * Authenticates callers by their keys. Keys are read from the database for each request, so a revoked key is refused by
 * every process at once.
 */
@Injectable()
export class Callers {
  private readonly adminKeyHash: Uint8Array | null;

  constructor(
    @Inject(KEY_STORE) private readonly store: Pick<KeyStore, 'findByHash'>,
    private readonly uses: KeyUses,
    private readonly throttle: FailedKeyThrottle,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(ADMIN_KEY) adminKey: string | null,
  ) {
    this.adminKeyHash = adminKey === null ? null : hashOfSecret(adminKey);
  }

  /**
   * Finds the caller of a request. A valid key is always accepted, even if its address is throttled. Throws a
   * ProblemError 401 if the key is missing, wrong or expired, or 429 if the key is not valid and its address is
   * throttled.
   */
  async find(authorization: string | undefined, address: string): Promise<Caller> {
    const token = bearerToken(authorization);
    if (token === undefined) throw unauthorised();
    const verdict = await this.check(token, address);
    if (verdict.kind === 'known') return verdict.caller;
    throw verdict.retryAfterMs === null ? unauthorised() : throttled(verdict.retryAfterMs);
  }

  /**
   * Checks a secret that somebody presents from an address. Wrong secrets count towards the throttling of the address.
   * @param lookUp finds the caller of the secret; by default among the keys
   */
  async check(secret: string, address: string, lookUp: LookUp<Caller> = this.callerOfSecret): Promise<Verdict> {
    const found = await this.ownerOf(secret, address, lookUp);
    if (found.kind === 'wrong') return found;
    const caller = found.owner;
    if (caller.keyId !== null) this.uses.record(caller.keyId, this.clock.now());
    return { kind: 'known', caller };
  }

  /** Finds the owner of a secret of any kind. Wrong secrets count towards the throttling of the address. */
  async ownerOf<Owner>(
    secret: string,
    address: string,
    lookUp: LookUp<Owner>,
  ): Promise<{ readonly kind: 'known'; readonly owner: Owner } | WrongSecret> {
    const now = this.clock.now();
    const block = addressBlock(address);
    const fingerprint = Buffer.from(hashOfSecret(secret)).toString('base64');
    const owner = this.throttle.isKnownWrong(block, fingerprint, now) ? null : await lookUp(secret, now);
    if (owner === null) return { kind: 'wrong', retryAfterMs: this.countWrong(block, fingerprint, now) };
    return { kind: 'known', owner };
  }

  /** Counts a wrong secret. Returns the remaining time of a throttling that an earlier secret started, otherwise null. */
  private countWrong(block: string, fingerprint: string, now: number): number | null {
    const { retryAfterMs, started } = this.throttle.fail(block, fingerprint, now);
    if (!started) return retryAfterMs;
    this.logger.warn(
      { address: block, retryAfterMs },
      'too many wrong admin keys, throttled wrong keys of this address',
    );
    return null;
  }

  private readonly callerOfSecret: LookUp<Caller> = async (token, now) => {
    const hash = hashOfSecret(token);
    // Hashes have a fixed length, so the comparison does not reveal the length of the key.
    if (this.adminKeyHash !== null && timingSafeEqual(hash, this.adminKeyHash)) return BOOTSTRAP_CALLER;
    const key = looksLikeKey(token) ? await this.store.findByHash(hash) : null;
    return key === null ? null : callerOfKey(key, now);
  };
}

function unauthorised(): ProblemError {
  return new ProblemError(
    401,
    'The key is missing, wrong or expired. Send a valid key of this hub as `Authorization: Bearer <key>`.',
    undefined,
    { 'www-authenticate': 'Bearer realm="patchbay"' },
  );
}

function throttled(retryAfterMs: number): ProblemError {
  return new ProblemError(
    429,
    'The key is wrong or expired, and your address is throttled because it sent too many wrong keys. Correct the ' +
      'key and retry after Retry-After.',
    undefined,
    { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) },
  );
}
