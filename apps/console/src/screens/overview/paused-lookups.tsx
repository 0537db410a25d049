import { Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { lookupsQuery } from '../../api/queries';
import { paths } from '../../app/paths';
import { ButtonLink } from '../../ui/app-link';
import { ForeignText } from '../../ui/foreign-text';
import classes from './overview.module.css';
import { useText } from './text';

const POLL_MS = 10_000;

/** Lookups in the brand's own systems whose credentials were refused. Nothing if there are none. */
export function PausedLookups({ brand }: { readonly brand: string }): ReactNode {
  const text = useText();
  const query = useQuery({ ...lookupsQuery(brand), refetchInterval: POLL_MS });
  const paused = (query.data?.data ?? []).filter((lookup) => lookup.paused);
  if (paused.length === 0) return null;
  return (
    <Paper p="md" component="section" aria-label={text('lookups.title')}>
      <ul className={classes.troubles}>
        {paused.map(({ name, pausedReason, held, heldIsExact }) => (
          <li key={name} className={classes.trouble} data-trouble="lookupPaused">
            <IconAlertTriangle size={16} color="var(--pb-bad)" aria-hidden />
            <span className={classes.grow}>
              {text.rich('lookups.paused', {
                ...{ name: () => <strong dir="ltr">{name}</strong>, count: held },
                more: heldIsExact ? 'no' : 'yes',
              })}
              <Text span display="block" size="sm" c="dimmed">
                <ForeignText>{pausedReason ?? ''}</ForeignText>
              </Text>
            </span>
            {held > 0 && (
              <ButtonLink to={paths.deliveries(brand)} search={{ lookup: name }} variant="default">
                {text('lookups.show')}
              </ButtonLink>
            )}
            <ButtonLink to={paths.settings(brand)} variant="default">
              {text('troubles.open')}
            </ButtonLink>
          </li>
        ))}
      </ul>
    </Paper>
  );
}
