import type { SandboxHub } from '@patchbay/testing';

/** Message that a vendor's sandbox accepted. */
export interface ReceivedMessage {
  readonly destination: string;
  /** The vendor's name. */
  readonly vendor: string;
  readonly to: string | null;
  readonly subject: string | null;
  readonly text: string;
  /** True if the request has a Standard Webhooks signature. The sandbox rejects invalid signatures. */
  readonly signed: boolean;
}

/**
 * Reader of the messages that the sandboxes received, per destination. Each call of `takeNew` returns only the messages
 * since the last call.
 */
export class Inbox {
  private readonly seen = new Map<string, number>();

  /** @param types destination type by destination name */
  constructor(
    private readonly sandboxes: SandboxHub['sandboxes'],
    private readonly types: ReadonlyMap<string, string>,
  ) {}

  /**
   * Ignores all messages received so far, because another brand with the same destination types may have caused them.
   */
  skip(): void {
    this.takeNew();
  }

  /** Returns the new messages in the order of the destinations in the brand file, and marks them as seen. */
  takeNew(): readonly ReceivedMessage[] {
    return [...this.types].flatMap(([destination, type]) => {
      const sandbox = this.sandboxes.get(type);
      if (sandbox === undefined) return [];
      const fresh = sandbox.inbox.slice(this.seen.get(destination) ?? 0);
      this.seen.set(destination, sandbox.inbox.length);
      return fresh.map((message) => ({
        destination,
        vendor: sandbox.label,
        to: message.to,
        subject: message.subject ?? null,
        text: message.text,
        signed: message.request.headers['webhook-signature'] !== undefined,
      }));
    });
  }
}

/** Lists requests that violated the documentation of a vendor. */
export function violationsIn(sandboxes: SandboxHub['sandboxes']): readonly string[] {
  return [...sandboxes.values()].flatMap(({ label, violations }) => violations.map((one) => `${label}: ${one}`));
}
