/**
 * Runs work, and renews its lease three times per lease until the work ends. Rejects if the work does.
 * @param renew renews the lease; resolves with false if another process has it
 * @param work the work; it must end soon after `isLost` returns true
 */
export async function withRenewals(
  renew: () => Promise<boolean>,
  leaseMs: number,
  work: (isLost: () => boolean) => Promise<void>,
): Promise<void> {
  let isLost = false;
  const renewals = setInterval(() => {
    renew().then(
      (isHeld) => (isLost = !isHeld),
      // A database that is away for a moment does not end the lease.
      () => undefined,
    );
  }, leaseMs / 3);
  try {
    await work(() => isLost);
  } finally {
    clearInterval(renewals);
  }
}
