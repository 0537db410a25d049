import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { AppLink } from '../../ui/app-link';
import { ForeignText } from '../../ui/foreign-text';
import { TimeText } from '../../ui/time-text';
import type { ReplayCount } from '../watch/replay-request';
import { changedFields } from './changed-fields';
import classes from './replay-samples.module.css';
import { useText } from './text';

type Sample = ReplayCount['sample'][number];

/** First deliveries of a replay, with the difference between the recorded and the current mapping. */
export function ReplaySamples({ samples }: { readonly samples: readonly Sample[] }): ReactNode {
  const text = useText();
  if (samples.length === 0) return null;
  return (
    <Stack gap={4}>
      <Text c="dimmed">{text('samples', { count: samples.length })}</Text>
      <ul className={classes.list} tabIndex={0} aria-label={text('samples', { count: samples.length })}>
        {samples.map((sample) => (
          <li key={`${sample.eventId} ${sample.subscription}`}>
            <SampleLine sample={sample} />
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function SampleLine({ sample }: { readonly sample: Sample }): ReactNode {
  const text = useText();
  const brand = useBrand();
  const { eventId, eventType, customerId, receivedAt, subscription, version, destination, candidates, difference } =
    sample;
  const problems = (difference?.current ?? difference?.recorded)?.problems ?? [];
  return (
    <>
      <AppLink to={paths.event(brand, eventId)}>
        <ForeignText>{eventType}</ForeignText>
      </AppLink>{' '}
      <TimeText at={receivedAt} /> · {customerId !== null && <ForeignText>{customerId}</ForeignText>} ·{' '}
      {destination === null
        ? text('sampleToAny', { subscription, version, destination: candidates.join(', ') })
        : text('sampleTo', { subscription, version, destination })}
      {problems.map(({ field, message }) => (
        <Text key={`${field} ${message}`} c="var(--pb-bad)">
          <bdi className="pb-code">{field}</bdi> <ForeignText>{message}</ForeignText>
        </Text>
      ))}
      {changedFields(difference).map(({ path, before, after }) => (
        <div key={path} className={classes.change}>
          <bdi className="pb-code">{path}</bdi>
          <del>
            <ForeignText>{before}</ForeignText>
          </del>
          <ins>
            <ForeignText>{after}</ForeignText>
          </ins>
        </div>
      ))}
    </>
  );
}
