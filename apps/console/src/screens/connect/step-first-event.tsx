import { Alert, Button, Code, Group, Paper, Stack, Text } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { api, BACKGROUND } from '../../api/client';
import { paths } from '../../app/paths';
import { useMe } from '../../lib/use-me';
import { ActionButton } from '../../ui/action-button';
import { AlertTitle } from '../../ui/alert-title';
import { ButtonLink } from '../../ui/app-link';
import { CopyText } from '../../ui/copy-text';
import { ProblemAlert } from '../../ui/problem-alert';
import { authHeaderNames } from '../sources/auth-header-names';
import { ingestUrlOf, sourceQuery } from '../sources/source-api';
import type { CreatedSource } from '../sources/source-form';
import { CheckList } from './check-list';
import type { ConnectDraft } from './connect-draft';
import classes from './connect.module.css';
import { EventChain } from './event-chain';
import { curlCommand, stageOf, unreachable } from './first-event';
import { StepFrame } from './step-frame';
import { sendSample } from './send-sample';
import { useText } from './text';
import { UnreachableSample } from './unreachable-sample';
import { useFirstEvent } from './use-first-event';
import { useSampleEvent } from './use-sample-event';

interface StepFirstEventProps {
  readonly brand: string;
  readonly draft: ConnectDraft;
  readonly change: (change: Partial<ConnectDraft>) => void;
  /** Source of this wizard with its secret. Null after a reload of the page, and for a source that existed. */
  readonly created: CreatedSource | null;
  /** Called with the id of the delivered event. */
  readonly onFinish: (event: string) => void;
}

/** Seconds without an event after which the check list appears. */
const PATIENCE = 60;

/** Last step: waits for the first event and shows its way to the vendor. */
export function StepFirstEvent({ brand, draft, change, created, onFinish }: StepFirstEventProps): ReactNode {
  const text = useText();
  const seconds = useSeconds();
  const inbox = useMe().demoInboxUrl;
  const { source: name, subscription, since } = draft;
  const source = useQuery(sourceQuery(brand, name)).data?.value;
  const start = useQuery({
    queryKey: ['connect', brand, 'start'],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/stats', { signal, headers: BACKGROUND })),
    enabled: since === '',
    gcTime: 0,
  }).data?.at;
  useEffect(() => {
    if (since === '' && start !== undefined) change({ since: start });
  }, [since, start, change]);
  const event = useFirstEvent({ brand, source: name, subscription, since });
  const stage = stageOf(event, subscription);
  const sample = useSampleEvent(source?.adapter ?? '', draft.events);
  const post = (body: object): Promise<void> =>
    sendSample(source === undefined ? '' : (ingestUrlOf(source) ?? ''), created, body);
  const send = useMutation({ mutationFn: post });
  const canSend = created?.source.name === name;
  const noMessage = sample === null ? null : unreachable(sample(`unreachable-${since}`));
  const header = authHeaderNames(source?.auth ?? {})[0]?.name.split(':')[0] ?? '';
  const command =
    source === undefined || sample === null ? '' : curlCommand(ingestUrlOf(source) ?? '', header, sample('sample-1'));
  const delivery = event?.subscriptions.find((one) => one.name === subscription)?.delivery ?? null;
  return (
    <StepFrame key={stage === 'delivered' ? 'works' : 'waits'} title={text('event.title')} help={text('event.help')}>
      <Paper p="md">
        <Stack gap="md">
          <EventChain brand={brand} subscription={subscription} event={event} />
          {stage === 'waiting' && (
            <Text size="sm" c="dimmed">
              {text('event.seconds', { count: seconds })}
            </Text>
          )}
          {stage === 'waiting' && seconds >= PATIENCE && source !== undefined && (
            <CheckList brand={brand} source={source} />
          )}
          {stage !== 'delivered' && delivery !== null && (
            <Group>
              <ButtonLink variant="default" to={paths.delivery(brand, delivery.id)}>
                {text('event.openDelivery')}
              </ButtonLink>
            </Group>
          )}
          {stage === 'delivered' && (
            <Alert
              color="green"
              variant="light"
              icon={<IconCheck aria-hidden />}
              title={<AlertTitle>{text('event.works')}</AlertTitle>}
            >
              <Group gap="sm" mt="xs">
                <Button onClick={() => onFinish(event?.id ?? '')}>{text('event.edit')}</Button>
                {inbox !== null && (
                  <Button variant="default" component="a" href={inbox} target="_blank" rel="noreferrer">
                    {text('event.inbox')}
                  </Button>
                )}
                <ButtonLink variant="default" to={paths.events(brand)}>
                  {text('event.all')}
                </ButtonLink>
              </Group>
              {canSend && noMessage !== null && <UnreachableSample brand={brand} onSend={() => post(noMessage)} />}
            </Alert>
          )}
        </Stack>
      </Paper>
      {stage !== 'delivered' && sample !== null && source !== undefined && (
        <Paper p="md">
          <Stack gap="sm">
            <Text fw={600}>{text('sample.title')}</Text>
            <Text size="sm">{text(inbox === null ? 'sample.help' : 'sample.demo')}</Text>
            {canSend && (
              <Group>
                {/* An event that the hub receives before the start is known would never be found. */}
                <ActionButton
                  running={send.isPending || since === ''}
                  onClick={() => send.mutate(sample(crypto.randomUUID()))}
                >
                  {text('sample.send')}
                </ActionButton>
              </Group>
            )}
            {send.error !== null && <ProblemAlert error={send.error} />}
            <details>
              <Text component="summary" size="sm">
                {text('sample.terminal')}
              </Text>
              <Text size="sm" c="dimmed" my="xs">
                {text.rich('sample.curl', {
                  variable: () => (
                    <bdi key="v" className="pb-code">
                      $SECRET
                    </bdi>
                  ),
                })}
              </Text>
              <Code block dir="ltr" tabIndex={0} className={classes.command}>
                {command}
              </Code>
              <CopyText value={command} shown={text('sample.copy')} />
            </details>
          </Stack>
        </Paper>
      )}
    </StepFrame>
  );
}

/** Counts the seconds since the step was opened. */
function useSeconds(): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}
