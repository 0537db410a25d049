import type { Actor } from '../audit/audit-log.port.js';
import type { WebhookChange, WebhookState } from './webhook.js';

/** Registration of a source at Capillary. */
export interface Registration {
  readonly sourceId: string;
  /** Id of the webhook at Capillary; null until Capillary confirmed its creation. */
  readonly webhookId: string | null;
  /** Id under which Capillary logs the calls of the webhook; null if not known. */
  readonly consumerGroupId: string | null;
  /** State of the webhook that the hub last wrote; null before the first write. */
  readonly written: WebhookState | null;
  /** Changes that somebody else made since the last write. Empty if there are none. */
  readonly drift: readonly WebhookChange[];
  /** True if somebody deleted the webhook at Capillary. */
  readonly isMissing: boolean;
  /** Time at which the current secret was made, in milliseconds since the epoch. */
  readonly secretAt: number;
  /** True if Capillary may still send the previous secret, because it did not confirm the current one. */
  readonly isRotating: boolean;
  /** Time of the last comparison with Capillary, in milliseconds since the epoch; null if there was none. */
  readonly checkedAt: number | null;
}

/** Result of a comparison with Capillary. */
export interface RegistrationCheck {
  readonly drift: readonly WebhookChange[];
  readonly isMissing: boolean;
  /** `checkedAt` of the registration that was compared. */
  readonly since: number | null;
}

/** Webhook that Capillary confirmed. */
export interface ConfirmedWebhook {
  readonly webhookId: string | null;
  readonly consumerGroupId: string | null;
  readonly written: WebhookState;
  /** Version of the secret that was written to the webhook. */
  readonly secretVersion: string;
}

/** Secret that Capillary must send. */
export interface PreparedSecret {
  readonly value: string;
  /** Differs from the version of every other secret of the source. */
  readonly version: string;
}

/** Registrations of sources at Capillary, with the secrets that the hub generated. */
export interface RegistrationStore {
  /** Returns the registration of a source. Null if the source was never registered. */
  find(sourceId: string): Promise<Registration | null>;
  /**
   * Runs work if no other process runs it. Does nothing otherwise.
   * @param work gets a function that renews the right to run alone. Call it at least once per minute; it rejects if another
   *   process runs the work
   */
  runAlone(work: (renew: () => Promise<void>) => Promise<void>): Promise<void>;
  /** Returns the brand ids of all registrations. */
  registeredBrands(): Promise<readonly string[]>;
  /**
   * Returns the secret that Capillary must send. Makes a secret if the source has none, or if `rotate` is true and
   * Capillary confirmed the current one. From then on the ingest endpoint accepts the new secret, and still the previous
   * one, in every process.
   */
  prepareSecret(source: RegisteredSource, actor: Actor, options: { readonly rotate: boolean }): Promise<PreparedSecret>;
  /**
   * Records a webhook that Capillary confirmed. If it has the current secret, the previous one is accepted for another
   * `overlapMs` milliseconds. If the secret was replaced meanwhile, the rotation remains unconfirmed.
   */
  confirm(source: RegisteredSource, webhook: ConfirmedWebhook, overlapMs: number): Promise<void>;
  /** Stops accepting a previous secret whose overlap has ended. Returns false if there is no such secret. */
  dropOldSecret(source: RegisteredSource): Promise<boolean>;
  /**
   * Records a comparison. If it found a drift that the last comparison did not find, appends one operational event in the
   * same transaction. Does nothing if the registration was written or compared meanwhile.
   */
  recordCheck(source: RegisteredSource, check: RegistrationCheck): Promise<void>;
  /** Deletes the registration and its secrets. The source then accepts no events. */
  remove(source: RegisteredSource, actor: Actor): Promise<void>;
}

/** Source whose events Capillary sends. */
export interface RegisteredSource {
  readonly brandId: string;
  readonly brand: string;
  readonly sourceId: string;
  readonly source: string;
}
