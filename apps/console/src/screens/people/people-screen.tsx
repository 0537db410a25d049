import { Button, Group, Text } from '@mantine/core';
import { answerOf, type Entry } from '@patchbay/client';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { DataTable, type Column } from '../../ui/data-table';
import { ForeignText } from '../../ui/foreign-text';
import { Page } from '../../ui/page';
import { TimeText } from '../../ui/time-text';
import { useListPage } from '../../ui/use-list-page';
import { useText } from './text';

type Person = Entry<'/v1/people'>;
type Action = 'remove' | 'restore' | 'erase';

/** Action that a person has to confirm. */
interface Asked {
  readonly action: Action;
  readonly person: Person;
}

/** People who use the hub with accounts of the identity provider: list, remove, restore and erase. */
export function PeopleScreen(): ReactNode {
  const text = useText();
  const [asked, setAsked] = useState<Asked | null>(null);
  const page = useListPage<Person>({
    key: ['people'],
    rowKey: ({ id }) => id,
    load: (paging, signal, headers) => answerOf(api.GET('/v1/people', { params: { query: paging }, signal, headers })),
  });
  const nameOf = ({ name, subject }: Person): string => name ?? subject;
  const action = asked?.action ?? 'remove';
  const columns: Column<Person>[] = [
    { key: 'name', header: text('name'), cell: ({ name }) => <ForeignText>{name ?? text('nameless')}</ForeignText> },
    { key: 'subject', header: text('subject'), cell: ({ subject }) => <bdi className="pb-code">{subject}</bdi> },
    { key: 'seen', header: text('lastSeen'), cell: ({ lastSeenAt }) => <TimeText at={lastSeenAt} /> },
    {
      key: 'state',
      header: text('state'),
      cell: ({ removedAt }) =>
        removedAt === null ? (
          text('active')
        ) : (
          <>
            {text('removed')} <TimeText at={removedAt} />
          </>
        ),
    },
    {
      key: 'actions',
      header: text('actions'),
      cell: (person) => (
        <Group gap="xs">
          {([person.removedAt === null ? 'remove' : 'restore', 'erase'] as const).map((one) => (
            <Button
              key={one}
              variant="default"
              size="compact-xs"
              aria-label={text(`${one}Named`, { name: nameOf(person) })}
              onClick={() => setAsked({ action: one, person })}
            >
              {text(one)}
            </Button>
          ))}
        </Group>
      ),
    },
  ];
  return (
    <Page title={text('title')}>
      <Text c="dimmed" maw={720}>
        {text('about')}
      </Text>
      <DataTable
        page={page}
        columns={columns}
        rowKey={({ id }) => id}
        label={text('title')}
        empty={<Text>{text('empty')}</Text>}
      />
      <ConfirmDialog
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={text(`${action}Title`)}
        action={text(action)}
        danger={action !== 'restore'}
        onConfirm={async () => {
          if (asked !== null) await perform(asked);
          page.retry();
        }}
      >
        <Text>{text(`${action}Text`, { name: asked === null ? '' : nameOf(asked.person) })}</Text>
      </ConfirmDialog>
    </Page>
  );
}

function perform({ action, person: { id } }: Asked): Promise<unknown> {
  const path = { id };
  switch (action) {
    case 'remove':
      return api.DELETE('/v1/people/{id}', { params: { path } });
    case 'restore':
      return api.POST('/v1/people/{id}/restore', { params: { path } });
    case 'erase':
      return api.DELETE('/v1/people/{id}', { params: { path, query: { erase: 'true' } } });
  }
}
