import { Group, Stack, Text, Title } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { useBrand, usePathParam } from '../../lib/use-brand';
import { AppLink } from '../../ui/app-link';
import { CopyText } from '../../ui/copy-text';
import { ForeignText } from '../../ui/foreign-text';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { DeliveryBadge, StateBadge } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { DestinationLink } from '../watch/destination-link';
import { Explanation, saysMore } from '../watch/explanation';
import { FactRow } from '../watch/fact-row';
import { useText as useWatchText } from '../watch/text';
import { useOpenQuery } from '../watch/use-open-query';
import { AttemptList } from './attempt-list';
import { AttemptTimeline } from './attempt-timeline';
import { DeliveryActions } from './delivery-actions';
import { isOpen, type DeliveryDetails } from './delivery-details';
import { useText } from './text';

/** Delivery with its attempts, its state at the vendor, and the actions of an operator. */
export function DeliveryScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const id = usePathParam('id');
  const query = useOpenQuery<DeliveryDetails>({
    key: ['deliveries', brand, 'one', id],
    isOpen,
    load: (signal, headers) => {
      const params = { path: { brand, id } };
      return answerOf(api.GET('/v1/brands/{brand}/deliveries/{id}', { params, signal, headers }));
    },
  });
  const delivery = query.data;
  const headingOf = ({ subscription, destination }: DeliveryDetails): string =>
    destination === null ? text('headingUndecided', { subscription }) : text('heading', { subscription, destination });
  return (
    <Page
      title={delivery === undefined ? text('one') : headingOf(delivery)}
      back={{ to: paths.deliveries(brand), label: text('title') }}
      beside={delivery !== undefined && <DeliveryBadge delivery={delivery} />}
      actions={delivery !== undefined && <DeliveryActions delivery={delivery} />}
    >
      <QueryState query={query}>
        {(shown) => (
          <Stack gap="xl">
            {saysMore(shown) && (
              <Text>
                <Explanation delivery={shown} />
              </Text>
            )}
            <DeliveryFacts delivery={shown} />
            <Stack gap="sm">
              <Title order={2}>{text('attempts')}</Title>
              <AttemptTimeline delivery={shown} />
              <AttemptList attempts={shown.attempts} />
            </Stack>
          </Stack>
        )}
      </QueryState>
    </Page>
  );
}

function DeliveryFacts({ delivery }: { readonly delivery: DeliveryDetails }): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const brand = useBrand();
  const { customerId, dueAt, vendorStatus, vendorStatusAt, mergedInto, routeEntry } = delivery;
  const link = (to: string, shown: string): ReactNode => (
    <AppLink to={to}>
      <ForeignText>{shown}</ForeignText>
    </AppLink>
  );
  return (
    <FactRow
      facts={[
        [watch('filter.customer'), customerId === null ? null : link(paths.customer(brand, customerId), customerId)],
        [watch('filter.eventType'), link(paths.event(brand, delivery.eventId), delivery.eventType)],
        [watch('filter.subscription'), link(paths.subscription(brand, delivery.subscription), delivery.subscription)],
        [watch('filter.destination'), <DestinationLink key="destination" name={delivery.destination} />],
        [watch('filter.stage'), routeEntry === null ? null : watch('line.entry', { entry: routeEntry })],
        [text('step'), delivery.step === 0 ? null : String(delivery.step)],
        [text('mergedInto'), mergedInto === null ? null : link(paths.delivery(brand, mergedInto), mergedInto)],
        [
          text('vendorStatus'),
          vendorStatus === null ? null : (
            <Group gap="sm">
              <StateBadge state={vendorStatus} /> <TimeText at={vendorStatusAt} />
            </Group>
          ),
        ],
        [text('made'), <TimeText key="made" at={delivery.createdAt} />],
        [text('ended'), delivery.endedAt === null ? null : <TimeText key="ended" at={delivery.endedAt} />],
        [
          text('due'),
          delivery.status !== 'scheduled' || dueAt === null ? null : (
            <>
              <TimeText at={dueAt} /> (<TimeText at={dueAt} relative />)
            </>
          ),
        ],
        [text('counted'), String(delivery.countedAttempts)],
        [
          text('externalId'),
          delivery.externalId === null ? null : <CopyText key="external" value={delivery.externalId} />,
        ],
        [text('id'), <CopyText key="id" value={delivery.id} shown={`…${delivery.id.slice(-8)}`} />],
      ]}
    />
  );
}
