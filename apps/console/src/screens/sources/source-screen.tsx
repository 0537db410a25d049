import { Alert, Badge, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
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
import { SourceSettings } from './source-settings';
import { AdapterName } from './sources-screen';
import { useText } from './text';

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
                <Tabs.Tab value="settings">{text('tabs.settings')}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="overview">
                <SourceOverview brand={brand} source={tagged.value} />
              </Tabs.Panel>
              <Tabs.Panel value="settings">
                <SourceSettings key={name} brand={brand} loaded={tagged} />
              </Tabs.Panel>
            </Tabs>
          </>
        )}
      </QueryState>
    </Page>
  );
}
