import { Alert, Badge, Skeleton, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, type ReactNode } from 'react';
import { paths } from '../../app/paths';
import { useBrand, usePathParam } from '../../lib/use-brand';
import { useUrlState } from '../../lib/use-url-state';
import { AlertTitle } from '../../ui/alert-title';
import { ManagedBadge } from '../../ui/managed-by-file';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { DeleteSource } from './delete-source';
import { sourceQuery } from './source-api';
import { SourceOverview } from './source-overview';
import { AdapterName } from './sources-screen';
import { useText } from './text';

/** These tabs have most of the page's code, and few people open them. */
const SourceImports = lazy(async () => ({ default: (await import('./source-imports')).SourceImports }));
const SourceMissingEvents = lazy(async () => ({
  default: (await import('./source-missing-events')).SourceMissingEvents,
}));
const SourceSettings = lazy(async () => ({ default: (await import('./source-settings')).SourceSettings }));

/** Page of a source: what it received, how its sender reaches it, and its settings. */
export function SourceScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const name = usePathParam('name');
  const [{ tab }, setUrl] = useUrlState({ tab: 'overview' });
  const query = useQuery({ ...sourceQuery(brand, name), refetchInterval: 10_000 });
  const source = query.data?.value;
  return (
    <Page
      title={name}
      back={{ to: paths.sources(brand), label: text('title') }}
      beside={
        source !== undefined && (
          <>
            <Badge variant="default">
              <AdapterName adapter={source.adapter} />
            </Badge>
            <ManagedBadge {...source} />
          </>
        )
      }
      actions={query.data !== undefined && <DeleteSource brand={brand} source={query.data} />}
    >
      <QueryState query={query}>
        {(tagged) => (
          <>
            {tagged.value.disabled && (
              <Alert color="yellow" title={<AlertTitle>{text('state.disabled')}</AlertTitle>}>
                {text('state.disabledHelp', { file: tagged.value.file ?? '' })}
              </Alert>
            )}
            <Tabs value={tab} onChange={(next) => setUrl({ tab: next ?? 'overview' })} keepMounted={false}>
              <Tabs.List mb="md">
                <Tabs.Tab value="overview">{text('tabs.overview')}</Tabs.Tab>
                {tagged.value.managedBy !== 'hub' && <Tabs.Tab value="imports">{text('imports.title')}</Tabs.Tab>}
                {tagged.value.adapter === 'capillary' && <Tabs.Tab value="missing">{text('missing.title')}</Tabs.Tab>}
                <Tabs.Tab value="settings">{text('tabs.settings')}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="overview">
                <SourceOverview brand={brand} source={tagged.value} />
              </Tabs.Panel>
              <Suspense fallback={<Skeleton height={200} />}>
                <Tabs.Panel value="imports">
                  <SourceImports brand={brand} source={tagged.value} />
                </Tabs.Panel>
                <Tabs.Panel value="missing">
                  <SourceMissingEvents brand={brand} />
                </Tabs.Panel>
                <Tabs.Panel value="settings">
                  <SourceSettings key={name} brand={brand} loaded={tagged} />
                </Tabs.Panel>
              </Suspense>
            </Tabs>
          </>
        )}
      </QueryState>
    </Page>
  );
}
