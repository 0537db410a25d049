import { Box, Paper, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { seenEventTypesQuery } from '../../api/queries';
import { paths } from '../../app/paths';
import { AppLink } from '../../ui/app-link';
import { QueryState } from '../../ui/query-state';
import { TimeText } from '../../ui/time-text';
import { useText } from './text';

interface SeenTypesProps {
  readonly brand: string;
  readonly source: string;
}

/** Event types that the brand received in the last seven days. */
export function SeenTypes({ brand, source }: SeenTypesProps): ReactNode {
  const text = useText();
  const query = useQuery(seenEventTypesQuery(brand));
  return (
    <Paper p="md" component="section">
      <Title order={2}>{text('seen.title')}</Title>
      <QueryState query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <Text size="sm" c="dimmed">
              {text('seen.none')}
            </Text>
          ) : (
            <Box mah={360} style={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label={text('seen.title')}>
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{text('seen.type')}</Table.Th>
                    <Table.Th>{text('seen.last')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {data.map(({ type, lastAt }) => (
                    <Table.Tr key={type}>
                      <Table.Td>
                        <AppLink to={paths.events(brand)} search={{ type, source }}>
                          <bdi className="pb-code">{type}</bdi>
                        </AppLink>
                      </Table.Td>
                      <Table.Td>
                        <TimeText at={lastAt} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Box>
          )
        }
      </QueryState>
    </Paper>
  );
}
