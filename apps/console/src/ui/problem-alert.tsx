import { Alert, Button, List, Text } from '@mantine/core';
import { PatchbayError } from '@patchbay/client';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useText } from './text';

interface ProblemAlertProps {
  /** Anything that was thrown. */
  readonly error: unknown;
  /** Called by "Try again". Without it there is no button. */
  readonly onRetry?: (() => void) | undefined;
  /** Heading; "This failed" if absent. */
  readonly title?: string;
  /** Names of fields whose errors the form shows itself. */
  readonly shownFields?: readonly string[];
}

/** Shows a failed call in words: what failed, why, and the next action. */
export function ProblemAlert({ error, onRetry, title, shownFields = [] }: ProblemAlertProps): ReactNode {
  const text = useText();
  const sentence = useProblemText();
  const fields = error instanceof PatchbayError ? error.errors.filter(({ field }) => !shownFields.includes(field)) : [];
  const wait = useCountdown(error instanceof PatchbayError ? error.retryAfter : null, error);
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={title ?? text('problem.failed')}
      role="alert"
    >
      <Text size="sm">{sentence(error)}</Text>
      {fields.length > 0 && (
        <List size="sm" mt="xs">
          {fields.map(({ field, detail }) => (
            <List.Item key={`${field} ${detail}`}>
              <bdi className="pb-foreign">{detail}</bdi>
            </List.Item>
          ))}
        </List>
      )}
      {onRetry !== undefined && (
        <Button mt="sm" variant="default" disabled={wait > 0} onClick={onRetry}>
          {wait > 0 ? text('problem.retryIn', { seconds: wait }) : text('problem.retry')}
        </Button>
      )}
    </Alert>
  );
}

/** Returns a function that describes a failed call in one sentence. */
export function useProblemText(): (error: unknown) => string {
  const text = useText();
  return (error) => {
    if (!(error instanceof PatchbayError)) return error instanceof Error ? error.message : String(error);
    if (error.detail !== '') return error.detail;
    if (error.kind === 'unreachable') return text('problem.unreachable');
    if (error.kind === 'refused') return text('problem.refused', { status: error.status });
    return error.status >= 300
      ? text('problem.unreadableStatus', { status: error.status })
      : text('problem.unreadable');
  };
}

/** Counts seconds down to 0. Begins again when `start` changes. */
export function useCountdown(seconds: number | null, start: unknown): number {
  const [left, setLeft] = useState(seconds ?? 0);
  useEffect(() => {
    setLeft(seconds ?? 0);
    if (seconds === null) return undefined;
    const timer = setInterval(() => setLeft((before) => Math.max(0, before - 1)), 1_000);
    return () => clearInterval(timer);
  }, [seconds, start]);
  return left;
}
