import { ActionIcon, Anchor, Group, List, Paper, Text, ThemeIcon, Title } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, BACKGROUND } from '../../api/client';
import { subscriptionsQuery } from '../../api/queries';
import { paths } from '../../app/paths';
import { TOUR_BRAND, useSeenSteps } from '../../lib/first-path';
import { setPreference, usePreference } from '../../lib/preferences';
import { useMe, useRole } from '../../lib/use-me';
import { AppLink, ButtonLink } from '../../ui/app-link';
import { firstPathSteps } from './first-path-steps';
import { useText } from './text';

/** Time between two looks at what is done, in milliseconds. */
const POLL_MS = 5_000;

/** Returns true if the first path is shown on the overview of a brand. */
export function useHasFirstPath(brand: string): boolean {
  const isShown = usePreference('first-path') !== 'hidden';
  // The steps change configuration, which only admins may do.
  const isAdmin = useRole('admin');
  return isShown && isAdmin && brand === TOUR_BRAND;
}

/** First path of a newcomer through the brand `tour` of the demo: five steps, ticked as they are done. */
export function FirstPath({ brand }: { readonly brand: string }): ReactNode {
  const text = useText();
  const inbox = useMe().demoInboxUrl;
  const seen = useSeenSteps();
  const subscriptions = useQuery({ ...subscriptionsQuery(brand), refetchInterval: POLL_MS }).data?.data;
  const hasDelivered = useQuery({
    queryKey: ['overview', 'first-path', brand],
    queryFn: async ({ signal }) => {
      const params = { path: { brand }, query: { status: ['succeeded' as const], limit: 1 } };
      const call = api.GET('/v1/brands/{brand}/deliveries', { params, signal, headers: BACKGROUND });
      return (await answerOf(call)).data.length > 0;
    },
    refetchInterval: POLL_MS,
  }).data;
  if (subscriptions === undefined || hasDelivered === undefined) return null;
  const steps = firstPathSteps(subscriptions, hasDelivered, seen);
  const next = steps.find(({ isDone }) => !isDone)?.step;
  const name = subscriptions[0]?.name;
  const targets = {
    connect: paths.connect(brand),
    watch: paths.events(brand),
    write: name === undefined ? paths.subscriptions(brand) : paths.subscription(brand, name),
    compare: name === undefined ? paths.subscriptions(brand) : paths.subscription(brand, name),
    explain: paths.customers(brand),
  };
  return (
    <Paper p="lg" component="section" aria-labelledby="first-path">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Title order={2} id="first-path">
            {text('path.title')}
          </Title>
          <Text c="dimmed" mb="md">
            {text('path.done', { count: steps.filter(({ isDone }) => isDone).length })}
          </Text>
        </div>
        <ActionIcon aria-label={text('path.hide')} onClick={() => setPreference('first-path', 'hidden')}>
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </Group>
      <List spacing="sm" listStyleType="none" type="ordered">
        {steps.map(({ step, isDone }, index) => (
          <List.Item
            key={step}
            data-done={isDone}
            icon={
              <ThemeIcon size={24} radius="xl" variant={isDone ? 'light' : 'default'} aria-hidden>
                {isDone ? <IconCheck size={14} /> : index + 1}
              </ThemeIcon>
            }
          >
            {step === next ? (
              <ButtonLink to={targets[step]}>{text(`path.${step}.title`)}</ButtonLink>
            ) : (
              <AppLink to={targets[step]}>{text(`path.${step}.title`)}</AppLink>
            )}
            <Text size="sm" c="dimmed">
              {text(`path.${step}.text`)}{' '}
              {step === 'watch' && inbox !== null && (
                <Anchor href={inbox} target="_blank" rel="noreferrer">
                  {text('path.inbox')}
                </Anchor>
              )}
            </Text>
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}
