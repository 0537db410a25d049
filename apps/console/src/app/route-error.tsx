import { Alert, Button, Text } from '@mantine/core';
import { PatchbayError } from '@patchbay/client';
import type { ReactNode } from 'react';
import { ProblemState } from '../ui/problem-state';
import { useText } from '../ui/text';

interface RouteErrorProps {
  readonly error: unknown;
  readonly reset: () => void;
}

/** Stands in the place of a screen that failed. */
export function RouteError({ error, reset }: RouteErrorProps): ReactNode {
  const text = useText();
  return (
    <div className="pb-page">
      {error instanceof PatchbayError ? (
        <ProblemState error={error} onRetry={reset} />
      ) : (
        <Alert color="red" title={text('problem.title')} role="alert">
          <Text size="sm">{text('problem.crashed')}</Text>
          <Text className="pb-code" my="sm">
            {error instanceof Error ? error.message : String(error)}
          </Text>
          <Button variant="default" onClick={() => location.reload()}>
            {text('problem.reload')}
          </Button>
        </Alert>
      )}
    </div>
  );
}
