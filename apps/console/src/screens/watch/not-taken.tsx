import { Text } from '@mantine/core';
import type { Answer } from '@patchbay/client';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { AppLink } from '../../ui/app-link';
import { useText } from './text';

/** Outcome of an event for a subscription. */
export type Outcome = Answer<'/v1/brands/{brand}/events/{id}'>['subscriptions'][number];

/** Largest number of event types that are listed. */
const MAX_TYPES = 10;

/** Says why a subscription did not take an event. */
export function NotTaken({ outcome }: { readonly outcome: Outcome }): ReactNode {
  const text = useText();
  const brand = useBrand();
  const { clause } = outcome;
  return (
    <div>
      <Text span c="dimmed">
        {text.rich(`outcome.${outcome.outcome === 'matched' ? 'noDelivery' : outcome.outcome}`, {
          types: () => <bdi className="pb-code">{listed(outcome.eventTypes ?? [])}</bdi>,
        })}{' '}
        {clause !== null &&
          text.rich('outcome.clause', {
            clause: () => (
              <bdi className="pb-code">
                {`${clause.path} ${clause.operator} ${JSON.stringify(clause.expected)}`.trim()}
              </bdi>
            ),
            actual: () => <bdi className="pb-code">{JSON.stringify(clause.actual)}</bdi>,
          })}
      </Text>{' '}
      {clause !== null && <AppLink to={paths.subscription(brand, outcome.name)}>{text('outcome.editFilter')}</AppLink>}
    </div>
  );
}

function listed(types: readonly string[]): string {
  return types.slice(0, MAX_TYPES).join(', ') + (types.length > MAX_TYPES ? ', …' : '');
}
