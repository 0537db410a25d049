import type { SandboxHub } from '@patchbay/testing';

/** A message that a vendor took. */
export interface ReceivedMessage {
  readonly destination: string;
  /** The vendor's name. */
  readonly vendor: string;
  readonly to: string | null;
  readonly subject: string | null;
  readonly text: string;
  /** It came with a signature (Standard Webhooks); the sandbox takes no signed message whose signature does not hold. */
  readonly signed: boolean;
}

/** Tells what came in since it was last asked, destination by destination. */
export class Inbox {
  private readonly seen = new Map<string, number>();

  /** @param types destination → its type, by the brand's file */
  constructor(
    private readonly sandboxes: SandboxHub['sandboxes'],
    private readonly types: ReadonlyMap<string, string>,
  ) {}

  /** Passes over what came in by now: for another brand whose destinations are of the same vendors. */
  skip(): void {
    this.takeNew();
  }

  /** What is new, in the order of the destinations in the brand's file, and counts as seen from now on. */
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

/** What a vendor's documentation does not allow and was done all the same. */
export function violationsIn(sandboxes: SandboxHub['sandboxes']): readonly string[] {
  return [...sandboxes.values()].flatMap(({ label, violations }) => violations.map((one) => `${label}: ${one}`));
}
