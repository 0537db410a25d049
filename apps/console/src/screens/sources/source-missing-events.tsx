import { Alert, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { type Answer, answerOf } from '@patchbay/client';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { useRole } from '../../lib/use-me';
import { ActionButton } from '../../ui/action-button';
import { AlertTitle } from '../../ui/alert-title';
import { ForeignText } from '../../ui/foreign-text';
import { ProblemAlert } from '../../ui/problem-alert';
import { QueryState } from '../../ui/query-state';
import { TimeText } from '../../ui/time-text';
import { useText } from './text';

type Days = Answer<'/v1/brands/{brand}/capillary/days'>;
type LogCheck = Answer<'/v1/brands/{brand}/capillary/log-checks/{id}'>;

const POLL_MS = 5_000;
/** Maximum number of missing events that are shown. */
const SHOWN_EVENTS = 100;

const daysQuery = (brand: string) =>
  queryOptions({
    queryKey: ['capillary', brand, 'days'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/v1/brands/{brand}/capillary/days', { params: { path: { brand } }, signal })),
    refetchInterval: POLL_MS,
  });

/** Newest check of the log; null if there is none. */
const lastCheckQuery = (brand: string) =>
  queryOptions({
    queryKey: ['capillary', brand, 'log-checks'],
    queryFn: async ({ signal }): Promise<LogCheck | null> => {
      const params = { path: { brand } };
      const { data } = await answerOf(api.GET('/v1/brands/{brand}/capillary/log-checks', { params, signal }));
      const [last] = data;
      if (last === undefined) return null;
      const path = { brand, id: last.id };
      return answerOf(api.GET('/v1/brands/{brand}/capillary/log-checks/{id}', { params: { path }, signal }));
    },
    refetchInterval: POLL_MS,
  });

/** Events that Capillary has and the hub has not: numbers per day, and the last check of Capillary's log. */
export function SourceMissingEvents({ brand }: { readonly brand: string }): ReactNode {
  const text = useText();
  const client = useQueryClient();
  const days = useQuery(daysQuery(brand));
  const check = useQuery(lastCheckQuery(brand));
  const compare = useMutation({
    mutationFn: () =>
      answerOf(api.POST('/v1/brands/{brand}/capillary/reconcile', { params: { path: { brand } }, body: {} })),
    onSuccess: async () => {
      await Promise.all([client.invalidateQueries(daysQuery(brand)), client.invalidateQueries(lastCheckQuery(brand))]);
    },
  });
  return (
    <Stack gap="md">
      <Paper p="md" component="section" aria-labelledby="missing-days">
        <Stack gap="sm">
          <Title order={2} id="missing-days">
            {text('missing.days')}
          </Title>
          <Text size="sm" c="dimmed" maw={640}>
            {text('missing.daysHelp')}
          </Text>
          {compare.error !== null && <ProblemAlert error={compare.error} />}
          <QueryState query={days}>{(shown) => <ComparedDays days={shown} />}</QueryState>
          {useRole('operator') && (
            <Group>
              <ActionButton variant="default" running={compare.isPending} onClick={() => compare.mutate()}>
                {text('missing.compare')}
              </ActionButton>
            </Group>
          )}
        </Stack>
      </Paper>
      <Paper p="md" component="section" aria-labelledby="missing-log">
        <Stack gap="sm">
          <Title order={2} id="missing-log">
            {text('missing.log')}
          </Title>
          <QueryState query={check}>
            {(shown) =>
              shown === null ? (
                <Text size="sm" c="dimmed" maw={640}>
                  {text('missing.noCheck')}
                </Text>
              ) : (
                <CheckedLog check={shown} />
              )
            }
          </QueryState>
        </Stack>
      </Paper>
    </Stack>
  );
}

function ComparedDays({ days: { days } }: { readonly days: Days }): ReactNode {
  const text = useText();
  if (days.length === 0) return <Text size="sm">{text('missing.noDays')}</Text>;
  return (
    <Numbers
      label={text('missing.days')}
      header={['day', 'total', 'accepted', 'quarantined', 'missing']}
      rows={days.map(({ day, total, accepted, quarantined, missing }) => [day, total, accepted, quarantined, missing])}
    />
  );
}

/** Progress, numbers per event type and missing events of a check. */
function CheckedLog({ check }: { readonly check: LogCheck }): ReactNode {
  const text = useText();
  const { from, to, state, reason, entries, types, missingEvents, missing, updatedAt } = check;
  return (
    <>
      <Text size="sm">
        {text(`missing.states.${state}`, { from, to, entries })} <TimeText at={updatedAt} />
      </Text>
      {reason !== null && (
        <Alert color={state === 'failed' ? 'red' : 'yellow'} title={<AlertTitle>{text('missing.reason')}</AlertTitle>}>
          <ForeignText>{reason}</ForeignText>
        </Alert>
      )}
      {types.length > 0 && (
        <Numbers
          label={text('missing.log')}
          header={['type', 'entries', 'stored', 'waiting', 'missing', 'recovered']}
          rows={types.map((one) => [
            <bdi key="type" className="pb-code">
              {one.type}
            </bdi>,
            ...[one.entries, one.stored, one.waiting, one.missing, one.recovered],
          ])}
        />
      )}
      {missingEvents.length > 0 && (
        <>
          <Text size="sm" maw={640}>
            {text('missing.recover')}
          </Text>
          <Numbers
            label={text('missing.events')}
            header={['type', 'eventId', 'occurred', 'status']}
            rows={missingEvents
              .slice(0, SHOWN_EVENTS)
              .map(({ type, eventId, occurredAt, status }) => [
                <ForeignText key="type">{type}</ForeignText>,
                <ForeignText key="eventId">{eventId}</ForeignText>,
                occurredAt === null ? '—' : <TimeText key="at" at={occurredAt} />,
                status === null ? '—' : <ForeignText key="status">{status}</ForeignText>,
              ])}
          />
          {missing > SHOWN_EVENTS && (
            <Text size="sm" c="dimmed">
              {text('missing.more', { count: missing - SHOWN_EVENTS })}
            </Text>
          )}
        </>
      )}
    </>
  );
}

type Column =
  | 'day'
  | 'total'
  | 'accepted'
  | 'quarantined'
  | 'missing'
  | 'type'
  | 'entries'
  | 'stored'
  | 'waiting'
  | 'recovered'
  | 'eventId'
  | 'occurred'
  | 'status';

interface NumbersProps {
  readonly label: string;
  readonly header: readonly Column[];
  readonly rows: readonly (readonly ReactNode[])[];
}

/** Table that scrolls in both directions if it is large. */
function Numbers({ label, header, rows }: NumbersProps): ReactNode {
  const text = useText();
  return (
    <div style={{ overflow: 'auto', maxHeight: 360 }} tabIndex={0} role="region" aria-label={label}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {header.map((column) => (
              <Table.Th key={column}>{text(`missing.columns.${column}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((cells, row) => (
            <Table.Tr key={row}>
              {cells.map((cell, column) => (
                <Table.Td key={header[column]}>{cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
