import { timingSafeEqual } from 'node:crypto';
import type { Vault } from '@patchbay/core';

/**
 * Where vendors tell what became of a message: `<public URL>/v1/callbacks/<destination>/<token>`. The token is the
 * unguessable part: most vendors sign their calls, some can only be known by this. Derived, so that it needs no storing.
 */
export class CallbackUrls {
  constructor(
    private readonly vault: Pick<Vault, 'keyedHash'>,
    private readonly publicUrl: string | undefined,
  ) {}

  /** To be set in the vendor's own console; undefined where the hub does not know how it is reached. */
  ofDestination(destinationId: string): string | undefined {
    return this.publicUrl === undefined
      ? undefined
      : `${this.publicUrl}/v1/callbacks/${destinationId}/${this.token(destinationId)}`;
  }

  /** To be sent along with one message. */
  ofDelivery(destinationId: string, deliveryId: string): string | undefined {
    const url = this.ofDestination(destinationId);
    return url === undefined ? undefined : `${url}?delivery=${deliveryId}`;
  }

  /** Whether a called URL carries the destination's token; constant-time. */
  hasToken(destinationId: string, token: string): boolean {
    const given = Buffer.from(token);
    const expected = Buffer.from(this.token(destinationId));
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private token(destinationId: string): string {
    return this.vault.keyedHash('status-callback', destinationId).slice(0, 32);
  }
}
