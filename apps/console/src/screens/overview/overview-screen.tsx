import { Group, Paper, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { paths } from '../../app/paths';
import { browserNow } from '../../lib/now';
import { durationText } from '../../lib/time';
import { useBrand, useBrandZone } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { useUrlState } from '../../lib/use-url-state';
import { ButtonLink } from '../../ui/app-link';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { DestinationsTable } from './destinations-table';
import { findTroubles } from './find-troubles';
import { FirstPath, useHasFirstPath } from './first-path';
import classes from './overview.module.css';
import { PausedLookups } from './paused-lookups';
import { SeriesChart } from './series-chart';
import { useText } from './text';
import { TroublesBox } from './troubles-box';
import { isRange, RANGES, useDestinations, useFailures, useSeries, useStats } from './use-overview';

/** State of a brand at one glance: troubles, figures, deliveries over time, and destinations. */
export function OverviewScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const zone = useBrandZone();
  const hasFirstPath = useHasFirstPath(brand);
  const stats = useStats();
  const destinations = useDestinations(brand);
  const failures = useFailures(brand);
  const ofBrand = (stats.data?.destinations ?? []).filter((one) => one.brand === brand);
  return (
    <Page title={text('heading', { brand })} beside={<Text c="dimmed">{zone}</Text>}>
      {hasFirstPath && <FirstPath brand={brand} />}
      <QueryState query={destinations}>
        {({ data }) =>
          data.length === 0 ? (
            !hasFirstPath && <ConnectFirst brand={brand} />
          ) : (
            <>
              <PausedLookups brand={brand} />
              <TroublesBox brand={brand} troubles={findTroubles(data, ofBrand, browserNow())} />
              <Figures brand={brand} ofBrand={ofBrand} />
              <Deliveries brand={brand} />
              <Paper p="md" component="section" aria-labelledby="destinations">
                <Title order={2} id="destinations" mb="xs">
                  {text('destinations.title')}
                </Title>
                <DestinationsTable
                  brand={brand}
                  destinations={data}
                  stats={ofBrand}
                  failures={failures.data?.data ?? []}
                />
              </Paper>
            </>
          )
        }
      </QueryState>
    </Page>
  );
}

/** Stands in the place of the figures while the brand sends nowhere. */
function ConnectFirst({ brand }: { readonly brand: string }): ReactNode {
  const text = useText();
  const mayConnect = useRole('admin');
  return (
    <Paper p="xl">
      <Stack align="flex-start" gap="md">
        <Title order={2}>{text('connect.title')}</Title>
        <Text>{text(mayConnect ? 'connect.text' : 'connect.forbidden')}</Text>
        {mayConnect && <ButtonLink to={paths.connect(brand)}>{text('connect.action')}</ButtonLink>}
      </Stack>
    </Paper>
  );
}

interface FiguresProps {
  readonly brand: string;
  readonly ofBrand: readonly {
    readonly waiting: number;
    readonly oldestDueAt: string | null;
    readonly rates: { readonly deliveriesPerSecond: number };
  }[];
}

function Figures({ brand, ofBrand }: FiguresProps): ReactNode {
  const text = useText();
  const locale = useLocale();
  const hour = useSeries(brand, '1h');
  const events = (hour.data?.points ?? []).reduce((sum, point) => sum + point.accepted, 0);
  const waiting = ofBrand.reduce((sum, one) => sum + one.waiting, 0);
  const rate = ofBrand.reduce((sum, { rates }) => sum + rates.deliveriesPerSecond, 0);
  const oldest = ofBrand.flatMap(({ oldestDueAt }) => (oldestDueAt === null ? [] : [oldestDueAt])).sort()[0];
  return (
    <dl className={classes.figures}>
      <div>
        <dt>{text('figures.events')}</dt>
        <dd>{text('number', { count: events })}</dd>
      </div>
      <div>
        <dt>{text('figures.rate')}</dt>
        <dd>{text('rate', { rate })}</dd>
      </div>
      <div>
        <dt>{text('figures.waiting')}</dt>
        <dd>{text('number', { count: waiting })}</dd>
      </div>
      <div>
        <dt>{text('figures.oldest')}</dt>
        <dd>
          {oldest === undefined
            ? text('figures.none')
            : durationText(Math.max(0, browserNow() - Date.parse(oldest)), locale)}
        </dd>
      </div>
    </dl>
  );
}

function Deliveries({ brand }: { readonly brand: string }): ReactNode {
  const text = useText();
  const [{ range }, setUrl] = useUrlState({ range: '2h' });
  const chosen = isRange(range) ? range : '2h';
  const series = useSeries(brand, chosen);
  return (
    <Paper p="md" component="section" aria-labelledby="deliveries">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="deliveries">
          {text('chart.title')}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={text('chart.range')}
          value={chosen}
          data={Object.keys(RANGES).map((value) => ({ value, label: text.dynamic(`ranges.${value}`) }))}
          onChange={(value) => setUrl({ range: value }, { replace: true })}
        />
      </Group>
      <QueryState query={series}>
        {({ points, from }) => <SeriesChart brand={brand} points={points} from={from} />}
      </QueryState>
    </Paper>
  );
}
