import {
  IconArrowMerge,
  IconBan,
  IconCheck,
  IconChecks,
  IconClock,
  IconMinus,
  IconPlayerPause,
  IconQuestionMark,
  IconRefresh,
  IconReplace,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { IconWord, type Tone } from './icon-word';
import { useText } from './text';

/** Icon and colour of each state of a delivery, an event, and a delivery at the vendor. */
const LOOKS = {
  succeeded: [IconCheck, 'ok'],
  dead: [IconX, 'bad'],
  scheduled: [IconClock, 'waiting'],
  retrying: [IconRefresh, 'waiting'],
  held: [IconPlayerPause, 'attention'],
  unconfirmed: [IconQuestionMark, 'attention'],
  suppressed: [IconMinus, 'dimmed'],
  superseded: [IconReplace, 'dimmed'],
  merged: [IconArrowMerge, 'dimmed'],
  cancelled: [IconBan, 'dimmed'],
  accepted: [IconCheck, 'ok'],
  quarantined: [IconX, 'bad'],
  erased: [IconBan, 'dimmed'],
  sent: [IconCheck, 'ok'],
  delivered: [IconChecks, 'ok'],
  opened: [IconChecks, 'ok'],
  clicked: [IconChecks, 'ok'],
  bounced: [IconX, 'bad'],
  undelivered: [IconX, 'bad'],
  failed: [IconX, 'bad'],
} as const satisfies Record<string, readonly [Icon, Tone]>;

/** State that {@link StateBadge} can show. */
export type State = keyof typeof LOOKS;

/** States of a delivery in the order of filters. */
export const DELIVERY_STATES = [
  'dead',
  'unconfirmed',
  'scheduled',
  'held',
  'succeeded',
  'suppressed',
  'superseded',
  'merged',
  'cancelled',
] as const satisfies readonly State[];

function isState(text: string): text is State {
  return Object.hasOwn(LOOKS, text);
}

/** Returns the state that lists and pages show for a delivery: a waiting delivery with attempts is being retried. */
export function deliveryState({ status, attemptCount }: { status: string; attemptCount: number }): string {
  return status === 'scheduled' && attemptCount > 0 ? 'retrying' : status;
}

interface StateBadgeProps {
  /** State of the API: `dead`. An unknown state is shown as it is. */
  readonly state: string;
}

/** Shows a state as icon, word and colour. */
export function StateBadge({ state }: StateBadgeProps): ReactNode {
  const text = useText();
  if (!isState(state)) return <span>{state}</span>;
  const [icon, tone] = LOOKS[state];
  return (
    <IconWord icon={icon} tone={tone} state={state}>
      {text(`state.${state}`)}
    </IconWord>
  );
}

/** Statuses of a message at the vendor, in the order of filters. `none`: the vendor has reported no status. */
export const VENDOR_STATUSES = [
  'undelivered',
  'bounced',
  'failed',
  'accepted',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'none',
] as const;

interface DeliveryBadgeProps {
  readonly delivery: {
    readonly status: string;
    readonly attemptCount: number;
    readonly vendorStatus: string | null;
  };
}

/**
 * Shows the state of a delivery. If the vendor reported a status of its message, shows it too: "Sent · Not delivered by
 * the vendor".
 */
export function DeliveryBadge({ delivery }: DeliveryBadgeProps): ReactNode {
  const text = useText();
  const { status, vendorStatus } = delivery;
  if (vendorStatus === null) return <StateBadge state={deliveryState(delivery)} />;
  // The word for a succeeded delivery would contradict a vendor that did not deliver the message.
  const state = status === 'succeeded' ? 'sent' : deliveryState(delivery);
  const [icon, tone] = isState(state) ? LOOKS[state] : LOOKS.scheduled;
  return (
    <>
      {/* The separator is a part of the word, so that a link does not underline it alone. */}
      <IconWord icon={icon} tone={tone} state={status === 'succeeded' ? status : state}>
        {`${isState(state) ? text(`state.${state}`) : state} ·`}
      </IconWord>{' '}
      <StateBadge state={vendorStatus} />
    </>
  );
}

/** Returns the function that names a state in the words of {@link StateBadge}, for filters. */
export function useStateName(): (state: string) => string {
  const text = useText();
  return (state) => (isState(state) ? text(`state.${state}`) : state);
}
