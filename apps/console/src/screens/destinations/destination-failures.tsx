import { Alert, Stack, Text } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { MOST_CAUSES } from '../../api/queries';
import { paths } from '../../app/paths';
import { ButtonLink } from '../../ui/app-link';
import { QueryState } from '../../ui/query-state';
import type { FailureGroup } from '../failures/failure-group';
import { FailureTable } from '../failures/failure-table';
import { RedeliverGroup } from '../failures/redeliver-dialog';
import { useText } from './text';

interface DestinationFailuresProps {
  readonly brand: string;
  readonly name: string;
}

/** Failed deliveries of a destination in the last day, by cause. */
export function DestinationFailures({ brand, name }: DestinationFailuresProps): ReactNode {
  const text = useText();
  const [chosen, setChosen] = useState<FailureGroup | null>(null);
  const query = useQuery({
    queryKey: ['failures', brand, 'destination', name],
    queryFn: ({ signal }) => {
      const params = { path: { brand }, query: { destination: [name], limit: MOST_CAUSES } };
      return answerOf(api.GET('/v1/brands/{brand}/failures', { params, signal }));
    },
  });
  return (
    <QueryState query={query}>
      {({ data, countIsExact }) =>
        data.length === 0 ? (
          <Stack align="center" gap="sm" py="xl">
            <Text>{text('failures.none')}</Text>
            <ButtonLink variant="default" to={paths.deliveries(brand)} search={{ destination: name, status: 'dead' }}>
              {text('failures.all')}
            </ButtonLink>
          </Stack>
        ) : (
          <Stack gap="sm">
            <Text c="dimmed">{text('failures.period')}</Text>
            {!countIsExact && <Alert color="yellow">{text('failures.notExact')}</Alert>}
            <FailureTable groups={data} onRedeliver={setChosen} />
            {chosen !== null && <RedeliverGroup group={chosen} onClose={() => setChosen(null)} />}
          </Stack>
        )
      }
    </QueryState>
  );
}
