/** Steps of the first path, in order. */
const STEPS = ['connect', 'watch', 'write', 'compare', 'explain'] as const;

export type Step = (typeof STEPS)[number];

/**
 * Returns the steps with whether each is done. The first three show in the brand itself: a subscription exists, a
 * delivery succeeded, and a subscription was changed. The last two change nothing. They are done once this browser has
 * shown their result: the effect of a change, and the timeline of a customer.
 */
export function firstPathSteps(
  subscriptions: readonly { readonly version: number }[],
  hasDelivered: boolean,
  seen: readonly string[],
): { readonly step: Step; readonly isDone: boolean }[] {
  const done: Record<Step, boolean> = {
    connect: subscriptions.length > 0,
    watch: hasDelivered,
    write: subscriptions.some(({ version }) => version > 1),
    compare: seen.includes('compare'),
    explain: seen.includes('explain'),
  };
  return STEPS.map((step) => ({ step, isDone: done[step] }));
}
