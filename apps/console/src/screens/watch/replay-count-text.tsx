import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useStateName } from '../../ui/state-badge';
import { isTooMany, type ReplayCount } from './replay-request';
import { useText } from './text';

/** Shows how many deliveries the hub counted for a replay, and what it leaves out. */
export function ReplayCountText({ counted }: { readonly counted: ReplayCount }): ReactNode {
  const text = useText();
  const { count, countByState, countIsExact, skipped } = counted;
  if (count === 0 && countIsExact) {
    return (
      <>
        <Text>{text('check.none')}</Text>
        <Skipped skipped={skipped} />
      </>
    );
  }
  return (
    <>
      <Text fw={600} size="lg" data-count={count}>
        {text(countIsExact ? 'check.count' : 'check.countMany', { count })}
      </Text>
      <ByState counts={countByState} />
      <Skipped skipped={skipped} />
      {isTooMany(counted) && <Text c="var(--pb-attention)">{text('check.tooMany')}</Text>}
    </>
  );
}

const CAUSES = [
  'succeeded',
  'merged',
  'unconfirmed',
  'waiting',
  'notLatest',
  'notWanted',
  'destinationGone',
  'filterBudgetExceeded',
  'unreadable',
] as const;

/** Shows what the deliveries of a replay take the place of, by state. */
function ByState({ counts }: { readonly counts: ReplayCount['countByState'] }): ReactNode {
  const text = useText();
  const stateName = useStateName();
  const parts = Object.entries(counts).map(([state, count]) =>
    text('check.inState', { count, state: state === 'none' ? text('check.new') : stateName(state) }),
  );
  if (parts.length === 0) return null;
  return <Text data-states={Object.keys(counts).join(' ')}>{text('check.byState', { states: parts.join(', ') })}</Text>;
}

/** Shows what a replay leaves out, by cause. */
export function Skipped({ skipped }: { readonly skipped: ReplayCount['skipped'] }): ReactNode {
  const text = useText();
  const causes = CAUSES.flatMap((cause) => {
    const count = skipped[cause] ?? 0;
    return count === 0 ? [] : [{ count, words: text(`check.${cause}`, { count }) }];
  });
  if (causes.length === 0) return null;
  return (
    <Text c="dimmed">
      {text('check.skipped', {
        count: causes.reduce((sum, { count }) => sum + count, 0),
        causes: causes.map(({ words }) => words).join(', '),
      })}
    </Text>
  );
}
