import { Alert } from '@mantine/core';
import { PatchbayError } from '@patchbay/client';
import { IconLock, IconSearchOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ProblemAlert } from './problem-alert';
import { useText } from './text';

interface ProblemStateProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** Shows in the place of a content why it could not be read: forbidden, not found, or an error with "Try again". */
export function ProblemState({ error, onRetry }: ProblemStateProps): ReactNode {
  const text = useText();
  const status = error instanceof PatchbayError ? error.status : 0;
  const detail = error instanceof PatchbayError ? error.detail : '';
  if (status === 403) {
    return (
      <Alert color="gray" icon={<IconLock aria-hidden />} title={text('problem.forbidden')} role="alert">
        {detail}
      </Alert>
    );
  }
  if (status === 404) {
    return (
      <Alert color="gray" icon={<IconSearchOff aria-hidden />} title={text('problem.notFound')} role="alert">
        {detail}
      </Alert>
    );
  }
  return <ProblemAlert error={error} onRetry={onRetry} title={text('problem.title')} />;
}
