import { Button, Text } from '@mantine/core';
import { answerOf, type Entry } from '@patchbay/client';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { useMe } from '../../lib/use-me';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { DataTable, type Column } from '../../ui/data-table';
import { ForeignText } from '../../ui/foreign-text';
import { Page } from '../../ui/page';
import { TimeText } from '../../ui/time-text';
import { useListPage } from '../../ui/use-list-page';
import { NewKeyDialog } from './new-key-dialog';
import { useText } from './text';

type Key = Entry<'/v1/keys'>;

/** API keys: list, make and revoke. The secret of a new key is shown once. */
export function KeysScreen(): ReactNode {
  const text = useText();
  const me = useMe();
  const [isMaking, setIsMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const page = useListPage<Key>({
    key: ['keys'],
    rowKey: ({ id }) => id,
    load: (paging, signal, headers) => answerOf(api.GET('/v1/keys', { params: { query: paging }, signal, headers })),
  });
  const columns: Column<Key>[] = [
    { key: 'name', header: text('name'), cell: ({ name }) => <ForeignText>{name}</ForeignText> },
    { key: 'hint', header: text('hint'), cell: ({ hint }) => <bdi className="pb-code">{`${hint}…`}</bdi> },
    { key: 'role', header: text('role'), cell: ({ role }) => text(`roles.${role}`) },
    {
      key: 'brands',
      header: text('brands'),
      cell: ({ brands }) => (brands === null ? text('allBrands') : <bdi>{brands.join(', ')}</bdi>),
    },
    { key: 'reveal', header: text('reveal'), cell: ({ reveal }) => text(reveal ? 'yes' : 'no') },
    { key: 'by', header: text('by'), cell: ({ createdBy }) => <ForeignText>{createdBy}</ForeignText> },
    { key: 'used', header: text('lastUsed'), cell: ({ lastUsedAt }) => <TimeText at={lastUsedAt} /> },
    { key: 'expires', header: text('expires'), cell: ({ expiresAt }) => <TimeText at={expiresAt} /> },
    {
      key: 'revoke',
      header: text('actions'),
      cell: (key) => (
        <Button
          variant="default"
          size="compact-xs"
          aria-label={text('revokeNamed', { name: key.name })}
          onClick={() => setRevoking(key)}
        >
          {text('revoke')}
        </Button>
      ),
    },
  ];
  return (
    <Page title={text('title')} actions={<Button onClick={() => setIsMaking(true)}>{text('make')}</Button>}>
      {me.bootstrap && <Text c="dimmed">{text('bootstrap')}</Text>}
      <DataTable
        page={page}
        columns={columns}
        rowKey={({ id }) => id}
        label={text('title')}
        empty={<Text>{text('empty')}</Text>}
      />
      {isMaking && <NewKeyDialog onClose={() => setIsMaking(false)} onMade={page.retry} />}
      <ConfirmDialog
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        title={text('revokeTitle')}
        action={text('revoke')}
        danger
        onConfirm={async () => {
          if (revoking === null) return;
          await api.DELETE('/v1/keys/{id}', { params: { path: { id: revoking.id } } });
          page.retry();
        }}
      >
        <Text>{text('revokeText', { name: revoking?.name ?? '' })}</Text>
      </ConfirmDialog>
    </Page>
  );
}
