import { Alert, Button, Group, Loader, Paper, Stack, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { paths } from '../../app/paths';
import { browserNow } from '../../lib/now';
import { durationText } from '../../lib/time';
import { useBrand } from '../../lib/use-brand';
import { ProblemAlert } from '../../ui/problem-alert';
import { ReplayCountText } from '../watch/replay-count-text';
import { countReplay, isTooMany, startReplay, type ReplayCount, type ReplayFilter } from '../watch/replay-request';
import { useText as useWatchText } from '../watch/text';
import { filterOf, mappingOf, rateOf, type ReplayForm } from './replay-form';
import { ReplaySamples } from './replay-samples';
import { useText } from './text';

interface ReplayCheckProps {
  readonly form: ReplayForm;
  /** False if a field of the form is not valid. */
  readonly isReady: boolean;
}

/** Count and sample of the hub for a replay, and the button that starts it. */
export function ReplayCheck({ form, isReady }: ReplayCheckProps): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const brand = useBrand();
  const { rate: _rate, ...chosen } = form;
  const query = useQuery({
    queryKey: ['replays', brand, 'count', chosen],
    // The replay uses the filter that was counted, so a range that ends now does not move on.
    queryFn: async ({ signal }) => {
      const filter = filterOf(form, browserNow());
      return { filter, counted: await countReplay(brand, { filter, mapping: mappingOf(form), sample: 20 }, signal) };
    },
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <Paper p="md" component="section">
      <Stack gap="sm">
        <Title order={2}>{text('steps.check')}</Title>
        {query.isPending && (
          <Group gap="sm" role="status">
            <Loader size="xs" /> {watch('check.counting')}
          </Group>
        )}
        {query.error !== null && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />}
        {query.data !== undefined && (
          <>
            <ReplayCountText counted={query.data.counted} />
            <ReplaySamples samples={query.data.counted.sample} />
            {query.data.counted.count > 0 && !isTooMany(query.data.counted) && (
              <StartForm form={form} isReady={isReady} {...query.data} />
            )}
          </>
        )}
      </Stack>
    </Paper>
  );
}

interface StartFormProps extends ReplayCheckProps {
  readonly filter: ReplayFilter;
  readonly counted: ReplayCount;
}

function StartForm({ form, isReady, filter, counted }: StartFormProps): ReactNode {
  const text = useText();
  const locale = useLocale();
  const brand = useBrand();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const rate = rateOf(form);
  const start = useMutation({
    mutationFn: () =>
      startReplay(brand, {
        ...{ filter, mapping: mappingOf(form) },
        ...(typeof rate === 'number' ? { ratePerSecond: rate } : {}),
      }),
    onSuccess: (id) => navigate({ to: id === null ? paths.replays(brand) : paths.replay(brand, id) }),
  });
  const count = String(counted.count);
  const isConfirmed = typed === count && isReady && start.isIdle;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // A second click before the answer must not start a second replay.
        if (isConfirmed) start.mutate();
      }}
    >
      <Stack gap="sm">
        <Alert color="yellow">
          {text('warning')}
          {typeof rate === 'number' &&
            ` ${text('duration', { duration: durationText((counted.count / rate) * 1_000, locale) })}`}
        </Alert>
        <TextInput
          label={text('typed', { count })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          inputMode="numeric"
          autoComplete="off"
          w={220}
        />
        {start.error !== null && <ProblemAlert error={start.error} onRetry={start.reset} />}
        <Group>
          <Button type="submit" disabled={!isConfirmed} loading={start.isPending}>
            {text('startCount', { count: counted.count })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
