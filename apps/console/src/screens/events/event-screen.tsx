import { Group, Stack, Text, Title } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { useBrand, usePathParam } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { AppLink, ButtonLink } from '../../ui/app-link';
import { CopyText } from '../../ui/copy-text';
import { ForeignText } from '../../ui/foreign-text';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { StateBadge } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { FactRow } from '../watch/fact-row';
import { useText as useWatchText } from '../watch/text';
import { useOpenQuery } from '../watch/use-open-query';
import type { EventDetails } from './event-details';
import { EventContent } from './event-content';
import { EventSubscriptions } from './event-subscriptions';
import { useText } from './text';

/** Event with the reason of its outcome for each subscription, and its content. */
export function EventScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const id = usePathParam('id');
  const query = useOpenQuery<EventDetails>({
    key: ['events', brand, 'one', id],
    isOpen: ({ outcome }) => outcome.waiting > 0,
    load: (signal, headers) => {
      const params = { path: { brand, id } };
      return answerOf(api.GET('/v1/brands/{brand}/events/{id}', { params, signal, headers }));
    },
  });
  const event = query.data;
  return (
    <Page
      title={event?.type ?? text('one')}
      back={{ to: paths.events(brand), label: text('title') }}
      beside={<EventState event={event} />}
      actions={event === undefined ? undefined : <ReplayLink event={event} />}
    >
      <QueryState query={query}>
        {(shown) => (
          <Stack gap="xl">
            <EventFacts event={shown} />
            <Stack gap="sm">
              <Title order={2}>{text('became')}</Title>
              <EventSubscriptions event={shown} />
            </Stack>
            <EventContent event={shown} />
          </Stack>
        )}
      </QueryState>
    </Page>
  );
}

function EventState({ event }: { readonly event: EventDetails | undefined }): ReactNode {
  if (event === undefined) return null;
  return <StateBadge state={event.erasedAt === null ? event.status : 'erased'} />;
}

/** Link to a new replay of this event alone: of its type, customer and time. */
function ReplayLink({ event }: { readonly event: EventDetails }): ReactNode {
  const text = useText();
  const brand = useBrand();
  if (!useRole('operator') || event.status === 'quarantined' || event.erasedAt !== null) return null;
  const search = {
    eventType: event.type,
    customer: event.customerId ?? undefined,
    from: event.receivedAt,
    to: new Date(Date.parse(event.receivedAt) + 1).toISOString(),
  };
  return (
    <ButtonLink to={paths.newReplay(brand)} search={search} variant="default">
      {text('replay')}
    </ButtonLink>
  );
}

function EventFacts({ event }: { readonly event: EventDetails }): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const brand = useBrand();
  const origin = useOriginText(event);
  return (
    <FactRow
      facts={[
        [
          watch('filter.customer'),
          event.customerIds.length === 0 ? (
            <Text c="dimmed">{watch('noCustomer')}</Text>
          ) : (
            <Group gap="sm">
              {event.customerIds.map((customer) => (
                <AppLink key={customer} to={paths.customer(brand, customer)}>
                  <ForeignText>{customer}</ForeignText>
                </AppLink>
              ))}
            </Group>
          ),
        ],
        [
          watch('filter.source'),
          <AppLink key="source" to={paths.source(brand, event.source)}>
            {event.source}
          </AppLink>,
        ],
        [text('received'), <TimeText key="received" at={event.receivedAt} />],
        [text('occurred'), <TimeText key="occurred" at={event.occurredAt} />],
        [text('erased'), event.erasedAt === null ? null : <TimeText key="erased" at={event.erasedAt} />],
        [text('origin.title'), origin],
        [text('id'), <CopyText key="id" value={event.id} shown={`…${event.id.slice(-8)}`} />],
        [text('sourceEventId'), <SenderId key="sourceEventId" value={event.sourceEventId} />],
        [text('revision'), String(event.configRevision)],
      ]}
    />
  );
}

/** Says how an event arrived that was not part of a call. */
function useOriginText({ origin }: EventDetails): string | null {
  const text = useText();
  if (origin === null) return null;
  return text(origin.recovered ? `origin.recovered.${origin.kind}` : 'origin.import');
}

/** Sender's id of an event. A hash is shortened. */
function SenderId({ value }: { readonly value: string }): ReactNode {
  return value.length > 40 ? (
    <CopyText value={value} shown={`${value.slice(0, 15)}…`} />
  ) : (
    <ForeignText>{value}</ForeignText>
  );
}
