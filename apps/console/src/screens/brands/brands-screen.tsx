import { Button, Text } from '@mantine/core';
import { answerOf, type Entry } from '@patchbay/client';
import { useState, type ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { wordedDuration } from '../../lib/duration';
import { useMe, useRole } from '../../lib/use-me';
import { AppLink } from '../../ui/app-link';
import { DataTable, type Column } from '../../ui/data-table';
import { ManagedBadge } from '../../ui/managed-by-file';
import { Page } from '../../ui/page';
import { useListPage } from '../../ui/use-list-page';
import { NewBrandDialog } from './new-brand-dialog';
import { useText } from './text';

type Brand = Entry<'/v1/brands'>;

/** List of the brands that the caller may see. */
export function BrandsScreen(): ReactNode {
  const text = useText();
  const locale = useLocale();
  const me = useMe();
  const isAdmin = useRole('admin');
  // A key that is limited to brands cannot make another brand.
  const mayMake = isAdmin && me.brands === null;
  const [isMaking, setIsMaking] = useState(false);
  const page = useListPage<Brand>({
    key: ['brands', 'list'],
    rowKey: ({ name }) => name,
    load: (paging, signal, headers) => answerOf(api.GET('/v1/brands', { params: { query: paging }, signal, headers })),
  });
  const columns: Column<Brand>[] = [
    { key: 'name', header: text('name'), cell: ({ name }) => <AppLink to={paths.overview(name)}>{name}</AppLink> },
    { key: 'zone', header: text('zone'), cell: ({ timezone }) => <bdi className="pb-code">{timezone}</bdi> },
    { key: 'privacy', header: text('privacy'), cell: ({ privacy }) => <bdi>{privacy.mode}</bdi> },
    { key: 'retention', header: text('retention'), cell: ({ retention }) => wordedDuration(retention, locale) },
    { key: 'origin', header: text('origin'), cell: (brand) => <ManagedBadge {...brand} /> },
  ];
  return (
    <Page
      title={text('title')}
      actions={mayMake ? <Button onClick={() => setIsMaking(true)}>{text('make')}</Button> : null}
    >
      <DataTable
        page={page}
        columns={columns}
        rowKey={({ name }) => name}
        label={text('title')}
        empty={<Text>{text('empty')}</Text>}
      />
      <NewBrandDialog opened={isMaking} onClose={() => setIsMaking(false)} />
    </Page>
  );
}
