import { timingSafeEqual } from 'node:crypto';
import type { DestinationRecord, Vault } from '@patchbay/core';

/** Parts that a callback URL is derived from. */
export type CallbackDestination = Pick<DestinationRecord, 'id' | 'callback'>;

/** `stale`: the token is newer than what is known of the destination, so the configuration in memory is too old. */
export type TokenVerdict = 'valid' | 'stale' | 'wrong';

/**
 * URLs that vendors call with status updates: `<public URL>/v1/callbacks/<destination>/<token>`. The token is the
 * unguessable part: most vendors sign their calls, some can only be recognised by it. It is derived from the
 * destination's id and a version, so that it can be rotated and needs no storing.
 */
export class CallbackUrls {
  constructor(
    private readonly vault: Pick<Vault, 'keyedHash'>,
    private readonly publicUrl: string | undefined,
  ) {}

  /** To be set in the vendor's own console; undefined if PATCHBAY_PUBLIC_URL is not set. */
  ofDestination({ id, callback }: CallbackDestination): string | undefined {
    return this.publicUrl === undefined
      ? undefined
      : `${this.publicUrl}/v1/callbacks/${id}/${this.token(id, callback.version)}`;
  }

  /** To be sent along with one message. */
  ofDelivery(destination: CallbackDestination, deliveryId: string): string | undefined {
    const url = this.ofDestination(destination);
    return url === undefined ? undefined : `${url}?delivery=${deliveryId}`;
  }

  /**
   * Judges the token of a called URL, in constant time.
   * @param destination as it is known; undefined if it is not
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
