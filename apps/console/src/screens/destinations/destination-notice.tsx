import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlayerPause } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { destinationState } from '../../lib/destination-state';
import { useBrand } from '../../lib/use-brand';
import { AlertTitle } from '../../ui/alert-title';
import { AppLink } from '../../ui/app-link';
import { useDestinationStateName } from '../../ui/destination-badge';
import { ForeignText } from '../../ui/foreign-text';
import { TimeText } from '../../ui/time-text';
import type { Destination } from './destination-api';
import { useText } from './text';

/** Says why a destination sends nothing, since when, and what ends it. Nothing for a healthy destination. */
export function DestinationNotice({ destination }: { readonly destination: Destination }): ReactNode {
  const text = useText();
  const stateName = useDestinationStateName();
  const brand = useBrand();
  const state = destinationState(destination);
  if (state === 'healthy' || state === 'failing') return null;
  const { pausedAt, pausedUntil, pausedByName, pausedReason, health, file } = destination;
  const waiting = (
    <AppLink to={paths.deliveries(brand)} search={{ destination: destination.name, status: 'held' }}>
      {text('notice.show')}
    </AppLink>
  );
  if (state === 'disabled') {
    return (
      <Alert
        color="gray"
        icon={<IconAlertTriangle aria-hidden />}
        title={<AlertTitle>{stateName('disabled')}</AlertTitle>}
      >
        {text('notice.disabled', { file: file ?? '' })} {waiting}
      </Alert>
    );
  }
  if (state === 'blocked' || state === 'probing') {
    return (
      <Alert
        color="red"
        variant="light"
        icon={<IconAlertTriangle aria-hidden />}
        title={<AlertTitle>{stateName(state)}</AlertTitle>}
      >
        {text('notice.blocked', { count: health.failuresInARow })}{' '}
        {health.openUntil !== null &&
          text.rich('notice.probe', { at: () => <TimeText key="at" at={health.openUntil} /> })}
      </Alert>
    );
  }
  return (
    <Alert
      color={state === 'pausedByHub' ? 'red' : 'yellow'}
      variant="light"
      icon={<IconPlayerPause aria-hidden />}
      title={
        <AlertTitle>
          {text(state === 'pausedByHub' ? 'notice.byHub' : 'notice.byPerson', { name: pausedByName ?? '' })}
        </AlertTitle>
      }
    >
      {pausedReason !== null && (
        <Text size="sm">
          <ForeignText>{pausedReason}</ForeignText>
        </Text>
      )}
      <Text size="sm">
        {pausedAt !== null && text.rich('notice.since', { at: () => <TimeText key="at" at={pausedAt} /> })}{' '}
        {pausedUntil === null
          ? text(state === 'pausedByHub' ? 'notice.untilVerified' : 'notice.untilResumed')
          : text.rich('notice.until', { at: () => <TimeText key="until" at={pausedUntil} /> })}{' '}
        {waiting}
      </Text>
    </Alert>
  );
}
