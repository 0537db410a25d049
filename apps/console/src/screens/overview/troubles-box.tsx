import { Group, Paper, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconPlayerPause } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { paths } from '../../app/paths';
import { browserNow } from '../../lib/now';
import { durationText } from '../../lib/time';
import { ButtonLink } from '../../ui/app-link';
import { ForeignText } from '../../ui/foreign-text';
import { TimeText } from '../../ui/time-text';
import type { Trouble } from './find-troubles';
import classes from './overview.module.css';
import { useText } from './text';

interface TroublesBoxProps {
  readonly brand: string;
  readonly troubles: readonly Trouble[];
}

/** Destinations that a person should look at, or that all are healthy. */
export function TroublesBox({ brand, troubles }: TroublesBoxProps): ReactNode {
  const text = useText();
  if (troubles.length === 0) {
    return (
      <Paper p="md">
        <Group gap="sm" c="var(--pb-ok)">
          <IconCheck size={16} aria-hidden />
          {text('troubles.none')}
        </Group>
      </Paper>
    );
  }
  return (
    <Paper p="md" component="section" aria-labelledby="troubles">
      <Title order={2} id="troubles" mb="xs">
        {text('troubles.title', { count: troubles.length })}
      </Title>
      <ul className={classes.troubles}>
        {troubles.map((trouble) => (
          <li key={trouble.destination.name} className={classes.trouble} data-trouble={trouble.kind}>
            <TroubleIcon kind={trouble.kind} />
            <span className={classes.grow}>
              <TroubleSentence trouble={trouble} />
            </span>
            <ButtonLink to={paths.destination(brand, trouble.destination.name)} variant="default">
              {text('troubles.open')}
            </ButtonLink>
          </li>
        ))}
      </ul>
    </Paper>
  );
}

function TroubleIcon({ kind }: { readonly kind: Trouble['kind'] }): ReactNode {
  if (kind === 'pausedByPerson') return <IconPlayerPause size={16} color="var(--pb-attention)" aria-hidden />;
  const colour = kind === 'pausedByHub' || kind === 'blocked' ? 'var(--pb-bad)' : 'var(--pb-attention)';
  return <IconAlertTriangle size={16} color={colour} aria-hidden />;
}

function TroubleSentence({ trouble }: { readonly trouble: Trouble }): ReactNode {
  const text = useText();
  const locale = useLocale();
  const { kind, destination } = trouble;
  const { name, pausedAt, pausedReason, health } = destination;
  const values = { name: () => <strong>{name}</strong> };
  if (kind === 'behind') {
    const { oldestDueAt, due } = trouble.backlog;
    const age = durationText(browserNow() - Date.parse(oldestDueAt ?? ''), locale);
    return text.rich('troubles.behind', { ...values, count: due, age });
  }
  if (kind === 'disabled') return text.rich('troubles.disabled', values);
  if (kind === 'blocked' || kind === 'probing') {
    return text.rich(`troubles.${kind}`, { ...values, count: health.failuresInARow });
  }
  return (
    <>
      {text.rich(`troubles.${kind}`, values)} <TimeText at={pausedAt} />
      {pausedReason !== null && (
        <>
          {': '}
          <ForeignText>{pausedReason}</ForeignText>
        </>
      )}
    </>
  );
}
