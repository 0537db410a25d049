import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ConfirmDialog } from '../../../ui/confirm-dialog';
import { ForeignText } from '../../../ui/foreign-text';
import { ProblemAlert } from '../../../ui/problem-alert';
import type { Draft } from '../model/draft';
import type { Loaded } from '../queries';
import { useText } from '../text';
import { ConflictDialog } from './conflict-dialog';
import type { Saving } from './use-save';

interface ObstaclesProps {
  readonly saving: Saving;
  readonly base: Loaded | null;
  readonly onDraft: (draft: Draft) => void;
}

/** Shows why a subscription was not saved, with the next action: fix, confirm, or choose between two changes. */
export function Obstacles({ saving, base, onDraft }: ObstaclesProps): ReactNode {
  const text = useText();
  const { obstacle } = saving;
  if (obstacle === null) return null;
  if (obstacle.kind === 'failed') return <ProblemAlert error={obstacle.error} title={text('save.failed')} />;
  if (obstacle.kind === 'affects') {
    return (
      <ConfirmDialog
        opened
        danger
        onClose={saving.dismiss}
        title={text('save.affectsTitle')}
        action={text('save.affectsAction', { count: obstacle.count })}
        typed={{ label: text('save.affectsTyped', { count: obstacle.count }), text: String(obstacle.count) }}
        onConfirm={() => saving.save(obstacle.draft, base, { atMost: obstacle.count, etag: obstacle.etag })}
      >
        <Text>
          <ForeignText>{obstacle.detail}</ForeignText>
        </Text>
      </ConfirmDialog>
    );
  }
  if (base === null) return null;
  const { theirs, draft } = obstacle;
  return (
    <ConflictDialog
      base={base.draft}
      mine={draft}
      theirs={theirs.draft}
      version={theirs.stored.version}
      onClose={saving.dismiss}
      onMerge={(merged) => {
        onDraft(merged);
        void saving.save(merged, theirs);
      }}
    />
  );
}
