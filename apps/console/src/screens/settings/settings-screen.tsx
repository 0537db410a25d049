import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { taggedAnswerOf, type Tagged } from '../../api/tagged';
import { useBrand } from '../../lib/use-brand';
import { ManagedBadge } from '../../ui/managed-by-file';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { SavedWarnings, type SavedWarning } from '../../ui/saved-warnings';
import type { Brand, SavedBrand } from './brand-form';
import { ExportButton } from './export-button';
import { LookupStates } from './lookup-states';
import { LookupsForm } from './lookups-form';
import { SettingsForm } from './settings-form';
import { useText } from './text';

/** Settings of a brand: time zone, privacy, retention and caps, and the export of its configuration. */
export function SettingsScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const client = useQueryClient();
  const key = ['settings', brand];
  const [warnings, setWarnings] = useState<readonly SavedWarning[]>([]);
  const onSaved = (saved: Tagged<SavedBrand>): void => {
    client.setQueryData(key, saved);
    setWarnings(saved.value.warnings);
  };
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readBrand(brand, signal),
    // The form holds a draft, which a new answer must not replace.
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    refetchOnMount: 'always',
  });
  return (
    <Page
      title={text('heading', { brand })}
      beside={query.data ? <ManagedBadge {...query.data.value} /> : null}
      actions={<ExportButton brand={brand} />}
    >
      <QueryState query={query}>
        {(read) => (
          <>
            <SavedWarnings warnings={warnings} />
            <SettingsForm key={brand} loaded={read} onRead={() => readBrand(brand)} onSaved={onSaved} />
            <LookupStates brand={brand} />
            <LookupsForm key={`${brand} lookups`} loaded={read} onRead={() => readBrand(brand)} onSaved={onSaved} />
          </>
        )}
      </QueryState>
    </Page>
  );
}

function readBrand(brand: string, signal?: AbortSignal): Promise<Tagged<Brand>> {
  return taggedAnswerOf(api.GET('/v1/brands/{brand}', { params: { path: { brand } }, signal }));
}
