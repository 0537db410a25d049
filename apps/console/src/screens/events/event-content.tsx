import { Alert, Button, Group, Stack, Tabs, Text, Title } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { useBrand } from '../../lib/use-brand';
import { useMe } from '../../lib/use-me';
import { useUrlState } from '../../lib/use-url-state';
import { JsonView } from '../../ui/json-view';
import { QueryState } from '../../ui/query-state';
import { decodeBody } from './decode-body';
import type { EventDetails } from './event-details';
import { useText } from './text';

const TABS = ['data', 'attributes', 'raw'] as const;

/** Content of an event. Personal values are masked until a person who may see them asks for them. */
export function EventContent({ event }: { readonly event: EventDetails }): ReactNode {
  const text = useText();
  const [revealed, setRevealed] = useState(false);
  const mayReveal = useMe().reveal && event.erasedAt === null;
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <Title order={2}>{text('content')}</Title>
        {mayReveal && (
          <Group gap="sm">
            <Text c="dimmed" size="sm">
              {text(revealed ? 'revealed' : 'revealIsLogged')}
            </Text>
            <Button
              variant="default"
              leftSection={revealed ? <IconEyeOff size={14} aria-hidden /> : <IconEye size={14} aria-hidden />}
              onClick={() => setRevealed(!revealed)}
            >
              {text(revealed ? 'hide' : 'reveal')}
            </Button>
          </Group>
        )}
      </Group>
      {event.erasedAt !== null && <Alert color="gray">{text('contentErased')}</Alert>}
      {event.erasedAt === null && (revealed ? <Revealed event={event} /> : <ContentTabs event={event} />)}
    </Stack>
  );
}

/** Content with personal values. The hub records each call in the audit log, so the answer is read once and not kept. */
function Revealed({ event }: { readonly event: EventDetails }): ReactNode {
  const brand = useBrand();
  const query = useQuery({
    queryKey: ['events', brand, 'revealed', event.id],
    queryFn: ({ signal }) => {
      const params = { path: { brand, id: event.id }, query: { reveal: 'true' as const } };
      return answerOf(api.GET('/v1/brands/{brand}/events/{id}', { params, signal }));
    },
    staleTime: Infinity,
    refetchOnMount: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    gcTime: 0,
  });
  return <QueryState query={query}>{(shown) => <ContentTabs event={shown} />}</QueryState>;
}

function ContentTabs({ event }: { readonly event: EventDetails }): ReactNode {
  const text = useText();
  const [{ tab }, setUrl] = useUrlState({ tab: 'data' });
  const chosen = TABS.find((one) => one === tab) ?? 'data';
  return (
    <Tabs value={chosen} onChange={(next) => setUrl({ tab: next ?? 'data' }, { replace: true })} keepMounted={false}>
      <Tabs.List>
        {TABS.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {text(`tabs.${one}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="data" pt="sm">
        <JsonView value={event.data} label={text('tabs.data')} />
      </Tabs.Panel>
      <Tabs.Panel value="attributes" pt="sm">
        <JsonView value={event.attributes} label={text('tabs.attributes')} />
      </Tabs.Panel>
      <Tabs.Panel value="raw" pt="sm">
        <RawBody event={event} />
      </Tabs.Panel>
    </Tabs>
  );
}

/** Received body of a quarantined event, or the whole event as the API returns it. */
function RawBody({ event }: { readonly event: EventDetails }): ReactNode {
  const text = useText();
  if (event.status !== 'quarantined') return <JsonView value={event} label={text('tabs.raw')} />;
  if (event.body === null) return <Text>{text('bodyHidden')}</Text>;
  return <JsonView text={decodeBody(event.body)} language="text" label={text('tabs.raw')} />;
}
