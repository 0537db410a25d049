import { Alert, Group, Loader, Paper, Stack, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { paths } from '../../app/paths';
import { browserNow } from '../../lib/now';
import { durationText } from '../../lib/time';
import { useBrand } from '../../lib/use-brand';
import { ActionButton } from '../../ui/action-button';
import { ProblemAlert } from '../../ui/problem-alert';
import { ReplayCountText } from '../watch/replay-count-text';
import { countReplay, isTooMany, startReplay, type ReplayCount, type ReplayFilter } from '../watch/replay-request';
import { useText as useWatchText } from '../watch/text';
import { filterOf, includesSucceeded, mappingOf, rateOf, type ReplayForm } from './replay-form';
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
    queryKey: ['replay-count', brand, chosen],
    // The replay uses the filter that was counted, so a range that ends now does not move on.
    queryFn: async ({ signal }) => {
      const filter = filterOf(form, browserNow());
      const request = { filter, mapping: mappingOf(form), includeSucceeded: includesSucceeded(form), sample: 20 };
      return { filter, counted: await countReplay(brand, request, signal) };
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
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const rate = rateOf(form);
  const start = async (): Promise<void> => {
    setRunning(true);
    setError(null);
    try {
      const limit = typeof rate === 'number' ? { ratePerSecond: rate } : {};
      const id = await startReplay(brand, {
        ...{ filter, mapping: mappingOf(form), includeSucceeded: includesSucceeded(form) },
        ...limit,
      });
      await navigate({ to: id === null ? paths.replays(brand) : paths.replay(brand, id) });
    } catch (failure) {
      setError(failure);
      setRunning(false);
    }
  };
  const count = String(counted.count);
  const isConfirmed = typed === count && isReady && !isRunning;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // The state is set before the next click, so that a double click starts one replay.
        if (isConfirmed) void start();
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
        {error !== null && <ProblemAlert error={error} />}
        <Group>
          <ActionButton type="submit" disabled={!isConfirmed} running={isRunning}>
            {text('startCount', { count: counted.count })}
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}
