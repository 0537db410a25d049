import { Alert, Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { answerOf, type Entry } from '@patchbay/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { lookupsQuery } from '../../api/queries';
import { paths } from '../../app/paths';
import { useRole } from '../../lib/use-me';
import { ActionButton } from '../../ui/action-button';
import { AlertTitle } from '../../ui/alert-title';
import { AppLink } from '../../ui/app-link';
import { ForeignText } from '../../ui/foreign-text';
import { ProblemAlert } from '../../ui/problem-alert';
import { TimeText } from '../../ui/time-text';
import { useText } from './text';

type Lookup = Entry<'/v1/brands/{brand}/lookups'>;

const POLL_MS = 5_000;

/** State of each lookup, with the reason of a pause and a button that tests it. Nothing for a brand without lookups. */
export function LookupStates({ brand }: { readonly brand: string }): ReactNode {
  const text = useText();
  const query = useQuery({ ...lookupsQuery(brand), refetchInterval: POLL_MS });
  const lookups = query.data?.data ?? [];
  if (lookups.length === 0) return null;
  return (
    <Paper p="md" maw={640} component="section" aria-labelledby="lookup-states">
      <Title order={2} id="lookup-states" mb="xs">
        {text('lookups.state.title')}
      </Title>
      <Text size="xs" c="dimmed" mb="sm">
        {text('lookups.state.help')}
      </Text>
      <Stack gap="md">
        {lookups.map((lookup) => (
          <LookupState key={lookup.name} brand={brand} lookup={lookup} />
        ))}
      </Stack>
    </Paper>
  );
}

function LookupState({ brand, lookup }: { readonly brand: string; readonly lookup: Lookup }): ReactNode {
  const text = useText();
  const client = useQueryClient();
  const mayVerify = useRole('operator');
  const { name, paused, pausedReason, pausedAt, held, heldIsExact, onFailure } = lookup;
  const verify = useMutation({
    // The result belongs to the pause in which the lookup was tested.
    mutationFn: (_pausedAt: string) =>
      answerOf(api.POST('/v1/brands/{brand}/lookups/{lookup}/verify', { params: { path: { brand, lookup: name } } })),
    onSuccess: () => client.invalidateQueries(lookupsQuery(brand)),
  });
  return (
    <Stack gap="xs" data-lookup={name}>
      <Group gap="sm">
        <bdi className="pb-code">{name}</bdi>
        <Badge color={paused ? 'red' : 'green'} variant="light">
          {text(paused ? 'lookups.state.paused' : 'lookups.state.active')}
        </Badge>
        {mayVerify && (
          <ActionButton
            size="xs"
            variant="default"
            running={verify.isPending}
            onClick={() => verify.mutate(pausedAt ?? '')}
          >
            {text('lookups.state.verify')}
          </ActionButton>
        )}
      </Group>
      {paused && (
        <Alert color="red" title={<AlertTitle>{text('lookups.state.pausedTitle')}</AlertTitle>}>
          <Text size="sm">
            <TimeText at={pausedAt} />
            {' · '}
            <ForeignText>{pausedReason ?? ''}</ForeignText>
          </Text>
          <Text size="sm">
            {text(onFailure === 'continue' ? 'lookups.state.continues' : 'lookups.state.held', {
              count: held,
              more: heldIsExact ? 'no' : 'yes',
            })}
          </Text>
          {held > 0 && (
            <Text size="sm">
              <AppLink to={paths.deliveries(brand)} search={{ lookup: name }}>
                {text('lookups.state.show')}
              </AppLink>
            </Text>
          )}
        </Alert>
      )}
      <div role="status">
        {verify.data?.ok === true && !paused && <Text size="sm">{text('lookups.state.passed')}</Text>}
        {verify.data?.ok === false && verify.variables === (pausedAt ?? '') && (
          <Text size="sm" c="var(--mantine-color-error)">
            {text('lookups.state.failed')}{' '}
            <ForeignText>{verify.data.message ?? verify.data.errorKind ?? ''}</ForeignText>
          </Text>
        )}
      </div>
      {verify.error !== null && <ProblemAlert error={verify.error} />}
    </Stack>
  );
}
