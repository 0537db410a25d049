import { Alert, Badge, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSeen } from '../../../lib/first-path';
import { isSameJson } from '../../../lib/merge-patch';
import { ActionButton } from '../../../ui/action-button';
import { ProblemAlert } from '../../../ui/problem-alert';
import { Section } from '../editor/section';
import { isComplete, type Draft } from '../model/draft';
import { useText } from '../text';
import { TrialSamples } from './trial-samples';
import { TRIED, useTrial, type Trial } from './use-trial';

interface TrialSectionProps {
  readonly brand: string;
  readonly draft: Draft;
}

/** Effect of a draft on the last events: how many would newly match, stop matching, or be sent differently. */
export function TrialSection({ brand, draft }: TrialSectionProps): ReactNode {
  const text = useText();
  const call = useTrial(brand);
  const tried = call.data;
  useSeen('compare', brand, tried !== undefined);
  return (
    <Section title={text('trial.title', { count: TRIED })}>
      <Group gap="sm">
        <ActionButton
          variant="default"
          running={call.isPending}
          disabled={!isComplete(draft)}
          onClick={() => call.mutate(draft)}
        >
          {text('trial.run')}
        </ActionButton>
        <Text size="sm" c="dimmed">
          {text('trial.help')}
        </Text>
      </Group>
      {call.error !== null && <ProblemAlert error={call.error} title={text('trial.failed')} />}
      {tried !== undefined && (
        <Stack gap="sm" data-testid="trial">
          {!isSameJson(tried.draft, draft) && <Alert color="yellow">{text('trial.outdated')}</Alert>}
          <TrialCounts trial={tried.trial} />
          <TrialSamples brand={brand} samples={tried.trial.samples} />
        </Stack>
      )}
    </Section>
  );
}

/** Numbers of a trial in the order of the reader's questions. */
const GROUPS = [
  ['newlyMatched', 'var(--pb-ok)'],
  ['noLongerMatched', 'var(--pb-bad)'],
  ['changed', 'var(--pb-waiting)'],
  ['unchanged', 'var(--mantine-color-dimmed)'],
  ['notMatched', 'var(--mantine-color-dimmed)'],
  ['undetermined', 'var(--pb-attention)'],
  ['cannotBeMade', 'var(--pb-bad)'],
] as const;

function TrialCounts({ trial }: { readonly trial: Trial }): ReactNode {
  const text = useText();
  const { counts, longestSms, comparedWith, events, isComplete: isWhole } = trial;
  if (events === 0 || counts === undefined) return <Text>{text('trial.noEvents')}</Text>;
  return (
    <Stack gap={6}>
      <Text>
        {text('trial.matched', { after: counts.matchedAfter, events })}
        {comparedWith !== null &&
          ` ${text('trial.before', { before: counts.matchedBefore, version: comparedWith.version })}`}
        {!isWhole && ` ${text('trial.incomplete')}`}
      </Text>
      <Group gap={6} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {GROUPS.filter(([group]) => counts[group] > 0).map(([group, colour]) => (
          <li key={group}>
            <Badge variant="default" c={colour} data-group={group}>
              {text(`trial.${group}`, { count: counts[group] })}
            </Badge>
          </li>
        ))}
      </Group>
      {longestSms !== null && (
        <Text size="sm" {...(longestSms.segments > 1 ? { c: 'var(--pb-attention)' } : {})}>
          {text('trial.longest', { characters: longestSms.characters, segments: longestSms.segments })}
        </Text>
      )}
    </Stack>
  );
}
