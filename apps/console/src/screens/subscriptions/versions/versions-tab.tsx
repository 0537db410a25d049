import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { answerOf, type Entry } from '@patchbay/client';
import { useState, type ReactNode } from 'react';
import { api } from '../../../api/client';
import { useRole } from '../../../lib/use-me';
import { ConfirmDialog } from '../../../ui/confirm-dialog';
import { DataTable, type Column } from '../../../ui/data-table';
import { TimeText } from '../../../ui/time-text';
import { useListPage } from '../../../ui/use-list-page';
import { loadedFrom, type Loaded } from '../queries';
import { useText } from '../text';
import { VersionDiff } from './version-diff';

type Version = Entry<'/v1/brands/{brand}/subscriptions/{name}/versions'>;

interface VersionsTabProps {
  readonly brand: string;
  readonly base: Loaded;
  /** Version whose changes are shown; empty for none. Kept in the URL. */
  readonly shown: string;
  readonly onShow: (version: string) => void;
  readonly onRestored: (restored: Loaded) => void;
}

/** Versions of a subscription, the changes of each, and the button that makes an old one the newest. */
export function VersionsTab({ brand, base, shown, onShow, onRestored }: VersionsTabProps): ReactNode {
  const text = useText();
  const isAdmin = useRole('admin');
  const [chosen, setChosen] = useState<Version | null>(null);
  const { name, managedBy } = base.stored;
  const path = { brand, name };
  const page = useListPage<Version>({
    key: ['subscriptions', brand, 'versions', name, base.stored.version],
    rowKey: ({ version }) => String(version),
    load: (paging, signal, headers) =>
      answerOf(
        api.GET('/v1/brands/{brand}/subscriptions/{name}/versions', {
          params: { path, query: paging },
          signal,
          headers,
        }),
      ),
  });
  const restore = async (version: number): Promise<void> => {
    const call = api.POST('/v1/brands/{brand}/subscriptions/{name}/versions/{version}/restore', {
      params: { path: { ...path, version } },
      headers: { 'if-match': base.etag },
    });
    const restored = await loadedFrom(call);
    onRestored(restored);
    notifications.show({ message: text('versions.restored', { version, now: restored.stored.version }) });
  };
  const columns: Column<Version>[] = [
    { key: 'version', header: text('version'), width: '90px', cell: ({ version }) => `v${version}` },
    { key: 'at', header: text('versions.at'), width: '140px', cell: ({ createdAt }) => <TimeText at={createdAt} /> },
    { key: 'by', header: text('versions.by'), width: '20%', cell: ({ createdBy }) => <bdi>{createdBy}</bdi> },
    {
      key: 'changed',
      header: text('versions.changed'),
      cell: ({ changed, version }) =>
        version === 1
          ? text('versions.first')
          : changed.map((field) => (text.has(`fields.${field}`) ? text.dynamic(`fields.${field}`) : field)).join(', '),
    },
    {
      key: 'actions',
      header: text('versions.actions'),
      width: '260px',
      cell: (version) => (
        <Group gap={6} wrap="nowrap">
          <Button
            variant="subtle"
            size="compact-xs"
            aria-expanded={shown === String(version.version)}
            aria-label={text('versions.showOf', { version: version.version })}
            onClick={() => onShow(shown === String(version.version) ? '' : String(version.version))}
          >
            {text(shown === String(version.version) ? 'versions.hide' : 'versions.show')}
          </Button>
          {version.current ? (
            <Text size="sm" c="var(--pb-ok)">
              {text('versions.current')}
            </Text>
          ) : (
            isAdmin &&
            managedBy !== 'file' && (
              <Button
                variant="default"
                size="compact-xs"
                aria-label={text('versions.restoreOf', { version: version.version })}
                onClick={() => setChosen(version)}
              >
                {text('versions.restore')}
              </Button>
            )
          )}
        </Group>
      ),
    },
  ];
  return (
    <Stack gap="md">
      <DataTable
        page={page}
        columns={columns}
        rowKey={({ version }) => String(version)}
        label={text('tabs.versions')}
        empty={<Text>{text('versions.none')}</Text>}
      />
      {shown !== '' && <VersionDiff brand={brand} name={name} version={shown} />}
      {chosen !== null && (
        <ConfirmDialog
          opened
          onClose={() => setChosen(null)}
          title={text('versions.restoreTitle', { version: chosen.version })}
          action={text('versions.restoreOf', { version: chosen.version })}
          onConfirm={() => restore(chosen.version)}
        >
          <Text>{text('versions.restoreText', { version: chosen.version, next: base.stored.version + 1 })}</Text>
        </ConfirmDialog>
      )}
    </Stack>
  );
}
