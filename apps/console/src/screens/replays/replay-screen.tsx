import { Progress, Stack, Text } from '@mantine/core';
import { type Answer, answerOf } from '@patchbay/client';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { useBrand, usePathParam } from '../../lib/use-brand';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { CopyText } from '../../ui/copy-text';
import { ForeignText } from '../../ui/foreign-text';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { TimeText } from '../../ui/time-text';
import { FactRow } from '../watch/fact-row';
import { Skipped } from '../watch/replay-count-text';
import { RoleButton } from '../watch/role-button';
import { useOpenQuery } from '../watch/use-open-query';
import { FilterWords } from './filter-words';
import { ReplayOutcomes } from './replay-outcomes';
import { ReplayState } from './replay-state';
import { useText } from './text';

type Replay = Answer<'/v1/brands/{brand}/replays/{id}'>;

/** Progress of a replay, and the button that cancels the rest. */
export function ReplayScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const id = usePathParam('id');
  const query = useOpenQuery<Replay>({
    key: ['replays', brand, 'one', id],
    everyMs: 1_000,
    isOpen: ({ state, outcomes }) => state === 'running' || state === 'cancelling' || (outcomes.scheduled ?? 0) > 0,
    load: (signal, headers) => {
      const params = { path: { brand, id } };
      return answerOf(api.GET('/v1/brands/{brand}/replays/{id}', { params, signal, headers }));
    },
  });
  const replay = query.data;
  return (
    <Page
      title={text('one')}
      back={{ to: paths.replays(brand), label: text('title') }}
      beside={replay !== undefined && <ReplayState state={replay.state} />}
      actions={replay?.state === 'running' && <CancelButton id={id} />}
    >
      <QueryState query={query}>
        {(shown) => (
          <Stack gap="xl">
            <ReplayProgress replay={shown} />
            <ReplayOutcomes outcomes={shown.outcomes} />
            <ReplayFacts replay={shown} />
          </Stack>
        )}
      </QueryState>
    </Page>
  );
}

function CancelButton({ id }: { readonly id: string }): ReactNode {
  const text = useText();
  const brand = useBrand();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const cancel = async (): Promise<void> => {
    await answerOf(api.POST('/v1/brands/{brand}/replays/{id}/cancel', { params: { path: { brand, id } } }));
    await client.invalidateQueries({ queryKey: ['replays', brand] });
  };
  return (
    <>
      <RoleButton role="operator" variant="default" onClick={() => setAsking(true)}>
        {text('cancel.open')}
      </RoleButton>
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={text('cancel.title')}
        action={text('cancel.action')}
        onConfirm={cancel}
        danger
      >
        <Text>{text('cancel.text')}</Text>
      </ConfirmDialog>
    </>
  );
}

function ReplayProgress({ replay }: { readonly replay: Replay }): ReactNode {
  const text = useText();
  const { created, expected, expectedIsExact, skipped, state } = replay;
  const share = state === 'done' ? 100 : Math.min(100, (created / Math.max(1, expected)) * 100);
  return (
    <Stack gap={4}>
      <Text fw={600} data-created={created}>
        {text(expectedIsExact ? 'progress' : 'progressMany', { created, expected })}
      </Text>
      <Progress.Root size="lg">
        <Progress.Section value={share} aria-label={text('progressLabel')} />
      </Progress.Root>
      <Skipped skipped={skipped} />
    </Stack>
  );
}

function ReplayFacts({ replay }: { readonly replay: Replay }): ReactNode {
  const text = useText();
  return (
    <FactRow
      facts={[
        [text('what'), <FilterWords key="filter" filter={replay.filter} />],
        [text('includeSucceeded.fact'), replay.includeSucceeded ? text('includeSucceeded.yes') : null],
        [text('mapping.label'), text(`mapping.${replay.mapping}`)],
        [text('rate.label'), replay.ratePerSecond === null ? text('rate.none') : String(replay.ratePerSecond)],
        [text('by'), <ForeignText key="by">{replay.requestedBy}</ForeignText>],
        [text('started'), <TimeText key="started" at={replay.createdAt} />],
        [text('ended'), replay.endedAt === null ? null : <TimeText key="ended" at={replay.endedAt} />],
        [text('id'), <CopyText key="id" value={replay.id} shown={`…${replay.id.slice(-8)}`} />],
      ]}
    />
  );
}
