import { Text } from '@mantine/core';
import { IconCheck, IconClock, IconMinus, IconX, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { AppLink } from '../../ui/app-link';
import { ForeignText } from '../../ui/foreign-text';
import { DeliveryBadge } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { Explanation, saysMore } from '../watch/explanation';
import { NotTaken } from '../watch/not-taken';
import classes from './connect.module.css';
import { stageOf, type FirstEvent } from './first-event';
import { useText } from './text';

type Mark = 'done' | 'failed' | 'waiting' | 'none';

const MARKS: Readonly<Record<Mark, readonly [Icon, colour: string]>> = {
  done: [IconCheck, 'var(--pb-ok)'],
  failed: [IconX, 'var(--pb-bad)'],
  waiting: [IconClock, 'var(--pb-waiting)'],
  none: [IconMinus, 'var(--mantine-color-dimmed)'],
};

interface EventChainProps {
  readonly brand: string;
  readonly subscription: string;
  /** Undefined until the first event arrives. */
  readonly event: FirstEvent | undefined;
}

/** Way of the first event: received, matched, delivered. */
export function EventChain({ brand, subscription, event }: EventChainProps): ReactNode {
  const text = useText();
  const stage = stageOf(event, subscription);
  const outcome = event?.subscriptions.find(({ name }) => name === subscription);
  const isMatched = !['waiting', 'quarantined', 'notMatched'].includes(stage);
  const delivered: Mark =
    stage === 'delivered' ? 'done' : stage === 'failed' ? 'failed' : isMatched ? 'waiting' : 'none';
  return (
    <ol className={classes.chain} aria-live="polite">
      <Link mark={event === undefined ? 'waiting' : stage === 'quarantined' ? 'failed' : 'done'}>
        {event === undefined ? (
          text('event.waiting')
        ) : (
          <>
            <TimeText at={event.receivedAt} /> <AppLink to={paths.event(brand, event.id)}>{event.type}</AppLink>{' '}
            {text(stage === 'quarantined' ? 'event.quarantined' : 'event.received')}{' '}
            {event.quarantineReason !== null && <ForeignText>{event.quarantineReason}</ForeignText>}
          </>
        )}
      </Link>
      <Link mark={stage === 'notMatched' ? 'failed' : isMatched ? 'done' : 'none'}>
        {text(stage === 'notMatched' ? 'event.notMatched' : isMatched ? 'event.matched' : 'event.match', {
          subscription,
        })}{' '}
        {stage === 'notMatched' && outcome !== undefined && <NotTaken outcome={outcome} />}
      </Link>
      <Link mark={stage === 'notSent' ? 'none' : delivered}>
        {stage === 'delivered' ? (
          <Text span fw={600}>
            {text('event.delivered', { count: outcome?.delivery?.attemptCount ?? 1 })}
          </Text>
        ) : isMatched && outcome !== undefined && outcome.delivery !== null ? (
          <>
            <DeliveryBadge delivery={outcome.delivery} />{' '}
            {saysMore(outcome.delivery) && <Explanation delivery={outcome.delivery} />}
          </>
        ) : (
          text('event.deliver')
        )}
      </Link>
    </ol>
  );
}

function Link({ mark, children }: { readonly mark: Mark; readonly children: ReactNode }): ReactNode {
  const [MarkIcon, colour] = MARKS[mark];
  return (
    <li className={classes.link} data-mark={mark}>
      <MarkIcon size={16} className={classes.icon} color={colour} aria-hidden />
      <div>{children}</div>
    </li>
  );
}
