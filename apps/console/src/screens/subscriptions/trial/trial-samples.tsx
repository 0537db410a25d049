import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../../../app/paths';
import { AppLink } from '../../../ui/app-link';
import { ForeignText } from '../../../ui/foreign-text';
import { TimeText } from '../../../ui/time-text';
import { inputOf } from '../filter/rules';
import classes from '../preview/preview.module.css';
import { useText } from '../text';
import { shownLines } from './shown-lines';
import type { Trial } from './use-trial';

type Sample = Trial['samples'][number];

interface TrialSamplesProps {
  readonly brand: string;
  readonly samples: readonly Sample[];
}

/** Events that a draft treats differently, each with its message before and after. */
export function TrialSamples({ brand, samples }: TrialSamplesProps): ReactNode {
  const text = useText();
  if (samples.length === 0) return <Text c="dimmed">{text('trial.nothing')}</Text>;
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={text('trial.samples')}>
      <Stack gap="sm" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
        {samples.map((sample) => (
          <li key={sample.eventId}>
            <Group gap={6}>
              <Text size="sm" fw={500}>
                {text(`trial.is.${sample.change}`)}
              </Text>
              <Text size="sm" c="dimmed">
                <AppLink to={paths.event(brand, sample.eventId)}>{sample.type}</AppLink>
                {sample.customerId !== null && (
                  <>
                    {' · '}
                    {text('events.customer')} <bdi className="pb-code">{sample.customerId}</bdi>
                  </>
                )}
                {' · '}
                <TimeText at={sample.receivedAt} />
                {sample.clause !== null && (
                  <bdi className="pb-code">
                    {` · ${sample.clause.path} ${sample.clause.operator} ${inputOf(sample.clause.expected)}, ${text('why.was')} ${inputOf(sample.clause.actual)}`}
                  </bdi>
                )}
              </Text>
            </Group>
            {shownLines(sample).map(({ side, line }) => (
              <span key={`${side} ${line}`} className={side === 'before' ? classes.before : classes.after} dir="auto">
                {side === 'before' ? '− ' : '+ '}
                <ForeignText>{line}</ForeignText>
              </span>
            ))}
            {sample.after?.problems.map(({ field, message }) => (
              <Text key={`${field} ${message}`} size="sm" c="var(--pb-bad)">
                <bdi className="pb-code">{field}</bdi>: <ForeignText>{message}</ForeignText>
              </Text>
            ))}
          </li>
        ))}
      </Stack>
    </div>
  );
}
