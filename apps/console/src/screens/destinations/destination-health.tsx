import { Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { statsQuery } from '../../api/queries';
import { paths } from '../../app/paths';
import { wordedDuration } from '../../lib/duration';
import { durationText } from '../../lib/time';
import { useRole } from '../../lib/use-me';
import { AppLink } from '../../ui/app-link';
import { Facts } from '../../ui/facts';
import { TimeText } from '../../ui/time-text';
import type { TypeSummary } from '../types/destination-types';
import { CallbackUrl } from './callback-url';
import { Connection } from './connection';
import { POLL_MS, type Destination } from './destination-api';
import { secondsToEmpty } from './seconds-to-empty';
import { PauseControls } from './pause-controls';
import { useText } from './text';
import { VerifyCredentials } from './verify-credentials';

interface DestinationHealthProps {
  readonly brand: string;
  readonly destination: Destination;
  /** Null for viewers, and if there is none. */
  readonly callbackUrl: string | null;
  readonly type: TypeSummary | undefined;
  readonly onChanged: () => void;
}

/** Health, backlog and limits of a destination, and the actions of an operator. */
export function DestinationHealth(props: DestinationHealthProps): ReactNode {
  const { brand, destination, callbackUrl, type, onChanged } = props;
  const text = useText();
  const locale = useLocale();
  const isOperator = useRole('operator');
  const { health, limits, retry } = destination;
  const ofType = type?.limits;
  const limit = (name: 'ratePerSecond' | 'concurrency' | 'timeoutMs'): ReactNode =>
    limits[name] ?? ofType?.[name] ?? text('limits.none');
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Paper p="md" component="section">
        <Title order={2}>{text('health.title')}</Title>
        <Facts
          facts={[
            { label: text('health.breaker'), value: text(`breaker.${health.circuitBreaker}`) },
            { label: text('health.success'), value: <TimeText at={health.lastSuccessAt} /> },
            { label: text('health.failure'), value: <TimeText at={health.lastFailureAt} /> },
            { label: text('health.inARow'), value: health.failuresInARow },
          ]}
        />
      </Paper>
      <Backlog brand={brand} name={destination.name} />
      <Paper p="md" component="section">
        <Title order={2}>{text('limits.title')}</Title>
        <Facts
          facts={[
            ...(limits.group === null ? [] : [{ label: text('limits.group'), value: limits.group }]),
            { label: text('limits.ratePerSecond'), value: limit('ratePerSecond') },
            { label: text('limits.concurrency'), value: limit('concurrency') },
            { label: text('limits.timeoutMs'), value: limit('timeoutMs') },
            {
              label: text('retry.schedule'),
              value: retry.schedule.map((delay) => wordedDuration(delay, locale)).join(' · '),
            },
          ]}
        />
      </Paper>
      {destination.connection !== null && (
        <Paper p="md" component="section">
          <Title order={2}>{text('connection.title')}</Title>
          <Connection brand={brand} name={destination.name} connection={destination.connection} onChanged={onChanged} />
        </Paper>
      )}
      {isOperator && (
        <Paper p="md" component="section">
          <Stack gap="md">
            <Title order={2}>{text('actions.title')}</Title>
            <VerifyCredentials brand={brand} name={destination.name} onPassed={onChanged} />
            <PauseControls brand={brand} destination={destination} onChanged={onChanged} />
          </Stack>
        </Paper>
      )}
      {type?.statusCallback === true && (
        <Paper p="md" component="section">
          <Title order={2}>{text('callback.title')}</Title>
          <CallbackUrl brand={brand} name={destination.name} url={callbackUrl} onChanged={onChanged} />
        </Paper>
      )}
    </SimpleGrid>
  );
}

function Backlog({ brand, name }: { readonly brand: string; readonly name: string }): ReactNode {
  const text = useText();
  const locale = useLocale();
  const stats = useQuery({ ...statsQuery, refetchInterval: POLL_MS }).data?.destinations.find(
    (one) => one.brand === brand && one.name === name,
  );
  const seconds =
    stats === undefined
      ? null
      : secondsToEmpty(stats.waiting, stats.rates.endedPerSecond, stats.rates.deliveriesPerSecond);
  return (
    <Paper p="md" component="section">
      <Title order={2}>{text('backlog.title')}</Title>
      {stats === undefined ? (
        <Text c="dimmed">{text('backlog.none')}</Text>
      ) : (
        <Facts
          facts={[
            {
              label: text('backlog.waiting'),
              value: (
                <AppLink to={paths.deliveries(brand)} search={{ destination: name, status: ['scheduled', 'held'] }}>
                  {text('backlog.count', { count: stats.waiting })}
                </AppLink>
              ),
            },
            { label: text('backlog.due'), value: text('backlog.count', { count: stats.due }) },
            {
              label: text('backlog.oldest'),
              value:
                stats.oldestDueAt === null ? text('backlog.nothing') : <TimeText at={stats.oldestDueAt} relative />,
            },
            { label: text('backlog.rate'), value: text('backlog.perSecond', { rate: stats.rates.endedPerSecond }) },
            ...(seconds === null
              ? []
              : [{ label: text('backlog.empty'), value: durationText(seconds * 1_000, locale) }]),
          ]}
        />
      )}
    </Paper>
  );
}
