import { Group, Text } from '@mantine/core';
import type { Answer } from '@patchbay/client';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { AppLink } from '../../ui/app-link';
import classes from './overview.module.css';
import { useText } from './text';

type Point = Answer<'/v1/brands/{brand}/stats/series'>['points'][number];

/** Groups of a bar from bottom to top, with the filter of the list of deliveries that shows them. */
const GROUPS = [
  { key: 'delivered', status: ['succeeded'] },
  { key: 'waiting', status: ['scheduled', 'held'] },
  { key: 'notSent', status: ['suppressed', 'superseded', 'cancelled'] },
  { key: 'failed', status: ['dead', 'unconfirmed'] },
] as const;

const HEIGHT = 100;

interface SeriesChartProps {
  readonly brand: string;
  readonly points: readonly Point[];
  readonly from: string;
}

/** Deliveries per minute or hour as stacked bars. Time runs from left to right in every language. */
export function SeriesChart({ brand, points, from }: SeriesChartProps): ReactNode {
  const text = useText();
  const total = (point: Point): number => GROUPS.reduce((sum, { key }) => sum + point[key], 0);
  const highest = Math.max(1, ...points.map(total));
  const sums = GROUPS.map(({ key, status }) => ({
    key,
    status,
    count: points.reduce((sum, one) => sum + one[key], 0),
  }));
  const summary = sums.map(({ key, count }) => `${text(`chart.${key}`)}: ${count}`).join(', ');
  return (
    <figure className={classes.figure}>
      <svg
        className={classes.chart}
        viewBox={`0 0 ${points.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${text('chart.label')}. ${summary}`}
      >
        {points.map((point, index) => {
          let top = HEIGHT;
          return GROUPS.map(({ key }) => {
            const height = (point[key] / highest) * HEIGHT;
            top -= height;
            if (height === 0) return null;
            return (
              <rect key={`${point.at} ${key}`} x={index + 0.08} width={0.84} y={top} height={height} data-group={key} />
            );
          });
        })}
      </svg>
      <figcaption>
        <Group gap="md">
          {points.some((point) => total(point) > 0) && (
            <Text span size="xs" c="dimmed">
              {text('chart.highest', { count: highest })}
            </Text>
          )}
          {sums.map(({ key, status, count }) => (
            <Group key={key} gap={4} component="span" display="inline-flex">
              <span className={classes.swatch} data-group={key} aria-hidden />
              <AppLink to={paths.deliveries(brand)} search={{ status, from }}>
                {text(`chart.${key}`)}
              </AppLink>
              <span className="pb-number">{text('number', { count })}</span>
            </Group>
          ))}
        </Group>
      </figcaption>
    </figure>
  );
}
