import { ActionIcon, Group, List, Paper, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answerOf, api, BACKGROUND } from '../../api/client';
import { paths } from '../../app/paths';
import { setPreference, usePreference } from '../../lib/preferences';
import { AppLink } from '../../ui/app-link';
import { firstPathSteps, TOUR_BRAND } from './first-path-steps';
import { useText } from './text';

/** First path of a newcomer through the brand `tour` of the demo: five steps, ticked as they are done. */
export function FirstPath({ brand }: { readonly brand: string }): ReactNode {
  const isHidden = usePreference('first-path') === 'hidden';
  return brand === TOUR_BRAND && !isHidden ? <Steps brand={brand} /> : null;
}

function Steps({ brand }: { readonly brand: string }): ReactNode {
  const text = useText();
  const opened = (usePreference('first-path-opened') ?? '').split(' ');
  const { data } = useQuery({
    queryKey: ['overview', 'first-path', brand],
    queryFn: async ({ signal }) => {
      const params = { path: { brand } };
      const [subscriptions, delivered] = await Promise.all([
        answerOf(api.GET('/v1/brands/{brand}/subscriptions', { params, signal, headers: BACKGROUND })),
        answerOf(
          api.GET('/v1/brands/{brand}/deliveries', {
            params: { ...params, query: { status: ['succeeded'], limit: 1 } },
            signal,
            headers: BACKGROUND,
          }),
        ),
      ]);
      return { subscriptions: subscriptions.data, hasDelivered: delivered.data.length > 0 };
    },
    refetchInterval: 5_000,
  });
  if (data === undefined) return null;
  const steps = firstPathSteps(data.subscriptions, data.hasDelivered, opened);
  const name = data.subscriptions[0]?.name;
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
            onClick={() => setPreference('first-path-opened', [...new Set([...opened, step])].join(' '))}
          >
            <AppLink to={targets[step]}>{text(`path.${step}.title`)}</AppLink>
            <Text size="sm" c="dimmed">
              {text(`path.${step}.text`)}
            </Text>
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}
