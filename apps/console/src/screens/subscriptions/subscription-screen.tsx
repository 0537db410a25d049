import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { usePathParam, useBrand } from '../../lib/use-brand';
import { paths } from '../../app/paths';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { SubscriptionPage } from './editor/subscription-page';
import { subscriptionQuery } from './queries';
import { useText } from './text';

/** Page of one subscription: its editor and its versions. */
export function SubscriptionScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const name = usePathParam('name');
  const query = useQuery(subscriptionQuery(brand, name));
  if (query.data !== undefined) return <SubscriptionPage key={name} brand={brand} loaded={query.data} />;
  return (
    <Page title={name} back={{ to: paths.subscriptions(brand), label: text('title') }}>
      <QueryState query={query}>{() => null}</QueryState>
    </Page>
  );
}
