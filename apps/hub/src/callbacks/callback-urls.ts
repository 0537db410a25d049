import { timingSafeEqual } from 'node:crypto';
import type { DestinationRecord, Vault } from '@patchbay/core';

/** Fields of a destination from which its callback URL is derived. */
export type CallbackDestination = Pick<DestinationRecord, 'id' | 'callback'>;

/** Result of a token check. `stale`: the token is newer than the configuration in memory, which must be refreshed. */
export type TokenVerdict = 'valid' | 'stale' | 'wrong';

/**
 * URLs for the vendors' status callbacks: `<public URL>/v1/callbacks/<destination>/<token>`. The token is a secret,
 * because some vendors do not sign their calls. It is derived from the destination's id and a version, so it can be
 * rotated and is not stored.
 */
export class CallbackUrls {
  constructor(
    private readonly vault: Pick<Vault, 'keyedHash'>,
    private readonly publicUrl: string | undefined,
  ) {}

  /** Returns the URL to set in the vendor's console, or undefined if PATCHBAY_PUBLIC_URL is not set. */
  ofDestination({ id, callback }: CallbackDestination): string | undefined {
    return this.publicUrl === undefined
      ? undefined
      : `${this.publicUrl}/v1/callbacks/${id}/${this.token(id, callback.version)}`;
  }

  /** Returns the URL to send along with one message. */
  ofDelivery(destination: CallbackDestination, deliveryId: string): string | undefined {
    const url = this.ofDestination(destination);
    return url === undefined ? undefined : `${url}?delivery=${deliveryId}`;
  }

  /**
   * Verifies the token of a called URL in constant time.
   * @param destination the called destination, from the configuration in memory; undefined if the configuration does
   *   not contain the destination
   * @param now milliseconds since the epoch
   */
  verifyToken(
    destinationId: string,
    token: string,
    destination: CallbackDestination | undefined,
    now: number,
  ): TokenVerdict {
    const { version, previousUntil } = destination?.callback ?? { version: 0, previousUntil: null };
    const isOf = (wanted: number): boolean => wanted > 0 && equals(token, this.token(destinationId, wanted));
    if (isOf(version)) return 'valid';
    if (previousUntil !== null && now < previousUntil && isOf(version - 1)) return 'valid';
    return isOf(version + 1) ? 'stale' : 'wrong';
  }

  private token(destinationId: string, version: number): string {
    const name = version === 1 ? destinationId : `${destinationId}/${version}`;
    return this.vault.keyedHash('status-callback', name).slice(0, 32);
  }
}

function equals(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
