import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ForeignText } from '../../ui/foreign-text';
import { JsonView } from '../../ui/json-view';
import { StateBadge } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { useText as useWatchText } from '../watch/text';
import classes from './attempt-list.module.css';
import type { Attempt } from './delivery-details';
import { useText } from './text';

/** Attempts of a delivery, newest first, with request and answer. The newest answer is open. */
export function AttemptList({ attempts }: { readonly attempts: readonly Attempt[] }): ReactNode {
  const text = useText();
  if (attempts.length === 0) return <Text c="dimmed">{text('noAttempt')}</Text>;
  return (
    <ol className={classes.list} reversed>
      {[...attempts].reverse().map((attempt, index) => (
        <li key={attempt.number} data-attempt={attempt.number}>
          <AttemptEntry attempt={attempt} isNewest={index === 0} />
        </li>
      ))}
    </ol>
  );
}

function AttemptEntry({ attempt, isNewest }: { readonly attempt: Attempt; readonly isNewest: boolean }): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const { number, startedAt, durationMs, outcome, message, vendorCode, request, response, direct, batch } = attempt;
  return (
    <Stack gap={4}>
      <Group gap="md">
        <Text span fw={600}>
          {text('attempt', { number })}
        </Text>
        {outcome === 'accepted' ? (
          <StateBadge state="succeeded" />
        ) : (
          <Text span c="var(--pb-bad)">
            {watch(`errorKind.${outcome}`)}
            {vendorCode !== null && (
              <>
                {' '}
                <bdi className="pb-code">{vendorCode}</bdi>
              </>
            )}
          </Text>
        )}
        {response !== null && <bdi className="pb-code">HTTP {response.status}</bdi>}
        <Text span c="dimmed">
          <TimeText at={startedAt} /> · {text('milliseconds', { count: durationMs })}
          {direct && <> · {text('direct')}</>}
          {batch !== null && <> · {text('batch', { item: batch.item, size: batch.size })}</>}
        </Text>
      </Group>
      {message !== null && (
        <div>
          <ForeignText>{message}</ForeignText>
        </div>
      )}
      {request === null ? (
        <Text c="dimmed">{text('notSentYet')}</Text>
      ) : (
        <bdi className="pb-code">
          {request.method} {request.url}
        </bdi>
      )}
      {response !== null && response.body !== null && response.body !== '' && (
        <details open={isNewest}>
          <summary>{text('answer', { size: response.body.length })}</summary>
          <JsonView text={pretty(response.body)} label={text('answerOf', { number })} maxHeight={240} />
        </details>
      )}
    </Stack>
  );
}

/** Returns a body with line breaks if it is JSON, else unchanged. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
