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
    const now = this.clock.now();
    const block = addressBlock(address);
    const hash = hashOfSecret(token);
    const fingerprint = Buffer.from(hash).toString('base64');
    const caller = this.throttle.isKnownWrong(block, fingerprint, now) ? null : await this.lookUp(token, hash, now);
    if (caller === null) throw this.refusal(block, fingerprint, now);
    if (caller.keyId !== null) this.uses.record(caller.keyId, now);
    return caller;
  }

  private refusal(block: string, fingerprint: string, now: number): ProblemError {
    const { retryAfterMs, started } = this.throttle.fail(block, fingerprint, now);
    if (!started) return retryAfterMs === null ? unauthorised() : throttled(retryAfterMs);
    this.logger.warn(
      { address: block, retryAfterMs },
      'too many wrong admin keys, throttled wrong keys of this address',
    );
    return unauthorised();
  }

  private async lookUp(token: string, hash: Uint8Array, now: number): Promise<Caller | null> {
    // Hashes have a fixed length, so the comparison does not reveal the length of the key.
    if (this.adminKeyHash !== null && timingSafeEqual(hash, this.adminKeyHash)) return BOOTSTRAP_CALLER;
    const key = looksLikeKey(token) ? await this.store.findByHash(hash) : null;
    return key === null ? null : callerOfKey(key, now);
  }
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
