import { Table } from '@mantine/core';
import type { Answer } from '@patchbay/client';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { AppLink } from '../../ui/app-link';
import { DestinationBadge } from '../../ui/destination-badge';
import { TimeText } from '../../ui/time-text';
import type { Destination } from './find-troubles';
import classes from './overview.module.css';
import { useText } from './text';

interface DestinationsTableProps {
  readonly brand: string;
  readonly destinations: readonly Destination[];
  readonly stats: Answer<'/v1/stats'>['destinations'];
  readonly failures: Answer<'/v1/brands/{brand}/failures'>['data'];
}

/** Destinations with their state, backlog, rate and failures of the last 24 hours. */
export function DestinationsTable({ brand, destinations, stats, failures }: DestinationsTableProps): ReactNode {
  const text = useText();
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={text('destinations.title')}>
      <Table aria-label={text('destinations.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text('destinations.name')}</Table.Th>
            <Table.Th>{text('destinations.state')}</Table.Th>
            <Table.Th ta="end">{text('destinations.waiting')}</Table.Th>
            <Table.Th ta="end">{text('destinations.rate')}</Table.Th>
            <Table.Th ta="end">{text('destinations.failed')}</Table.Th>
            <Table.Th>{text('destinations.lastSuccess')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {destinations.map((destination) => {
            const { name, health } = destination;
            const found = stats.find((one) => one.brand === brand && one.name === name);
            const failed = failures
              .filter((one) => one.destination === name)
              .reduce((sum, { count }) => sum + count, 0);
            return (
              <Table.Tr key={name} data-row={name}>
                <Table.Td>
                  <AppLink to={paths.destination(brand, name)}>{name}</AppLink>
                </Table.Td>
                <Table.Td>
                  <DestinationBadge destination={destination} />
                </Table.Td>
                <Table.Td className="pb-number">{text('number', { count: found?.waiting ?? 0 })}</Table.Td>
                <Table.Td className="pb-number">{text('rate', { rate: found?.rates.endedPerSecond ?? 0 })}</Table.Td>
                <Table.Td className="pb-number">
                  {failed === 0 ? (
                    '0'
                  ) : (
                    <AppLink to={paths.failures(brand)} search={{ destination: name }}>
                      {text('number', { count: failed })}
                    </AppLink>
                  )}
                </Table.Td>
                <Table.Td>
                  <TimeText at={health.lastSuccessAt} />
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </div>
  );
}
