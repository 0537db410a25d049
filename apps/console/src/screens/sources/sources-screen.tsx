import { Button, Modal, Stack, Text } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { useUrlState } from '../../lib/use-url-state';
import { AppLink, ButtonLink } from '../../ui/app-link';
import { DataTable, type Column } from '../../ui/data-table';
import { ManagedBadge } from '../../ui/managed-by-file';
import { Page } from '../../ui/page';
import { TimeText } from '../../ui/time-text';
import { useListPage } from '../../ui/use-list-page';
import { IngestInstructions } from './ingest-instructions';
import { firstDraft } from './new-source';
import type { Source } from './source-api';
import { SourceForm, type CreatedSource } from './source-form';
import { useText } from './text';

/** Sources of a brand, with what each received in the last day. */
export function SourcesScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const mayCreate = useRole('admin');
  const [{ add }, setUrl] = useUrlState({ add: '' });
  const page = useListPage<Source>({
    key: ['sources', brand, 'list'],
    rowKey: ({ name }) => name,
    load: (paging, signal, headers) =>
      answerOf(api.GET('/v1/brands/{brand}/sources', { params: { path: { brand }, query: paging }, signal, headers })),
  });
  const columns: Column<Source>[] = [
    {
      key: 'name',
      header: text('list.name'),
      cell: ({ name }) => <AppLink to={paths.source(brand, name)}>{name}</AppLink>,
    },
    { key: 'adapter', header: text('list.adapter'), cell: ({ adapter }) => <AdapterName adapter={adapter} /> },
    { key: 'last', header: text('list.last'), cell: ({ activity }) => <TimeText at={activity.lastEventAt} /> },
    { key: 'accepted', header: text('list.accepted'), end: true, cell: ({ activity }) => activity.accepted },
    {
      key: 'quarantined',
      header: text('list.quarantined'),
      end: true,
      cell: ({ name, activity }) =>
        activity.quarantined === 0 ? (
          0
        ) : (
          <AppLink to={paths.events(brand)} search={{ source: name, status: 'quarantined' }}>
            {activity.quarantined}
          </AppLink>
        ),
    },
    {
      key: 'origin',
      header: text('list.origin'),
      cell: (source) =>
        source.disabled ? <Text size="sm">{text('state.disabled')}</Text> : <SourceOrigin source={source} />,
    },
  ];
  return (
    <Page
      title={text('title')}
      actions={mayCreate && <Button onClick={() => setUrl({ add: 'yes' })}>{text('add')}</Button>}
    >
      <Text>{text('intro')}</Text>
      <DataTable
        page={page}
        columns={columns}
        rowKey={({ name }) => name}
        label={text('title')}
        empty={
          <Stack align="center" gap="sm">
            <Text>{text('empty')}</Text>
            {mayCreate && <ButtonLink to={paths.connect(brand)}>{text('connect')}</ButtonLink>}
          </Stack>
        }
      />
      {mayCreate && <NewSourceDialog opened={add !== ''} onClose={() => setUrl({ add: '' })} />}
    </Page>
  );
}

/** Name of an adapter in words. */
export function AdapterName({ adapter }: { readonly adapter: string }): ReactNode {
  const text = useText();
  return text.has(`adapters.${adapter}.name`) ? text.dynamic(`adapters.${adapter}.name`) : adapter;
}

function SourceOrigin({ source }: { readonly source: Source }): ReactNode {
  const text = useText();
  if (source.managedBy === 'file') return <ManagedBadge {...source} />;
  return text(source.managedBy === 'hub' ? 'origin.hub' : 'origin.api');
}

function NewSourceDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }): ReactNode {
  const text = useText();
  const brand = useBrand();
  const [draft, setDraft] = useState(() => ({ ...firstDraft(brand), name: '' }));
  const [created, setCreated] = useState<CreatedSource | null>(null);
  const close = (): void => {
    setCreated(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={text(created === null ? 'add' : 'secret.heading')}
      // A click beside the dialog must not lose the secret.
      closeOnClickOutside={created === null}
      closeButtonProps={{ 'aria-label': text('close') }}
    >
      {created === null ? (
        <SourceForm brand={brand} draft={draft} onDraft={setDraft} onCreated={setCreated} />
      ) : (
        <IngestInstructions created={created} onDone={close} />
      )}
    </Modal>
  );
}
