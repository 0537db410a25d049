import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { Entry } from '@patchbay/client';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { paths } from '../../app/paths';
import { CHANNELS } from '../../lib/channels';
import { wordedDuration } from '../../lib/duration';
import { ButtonLink } from '../../ui/app-link';
import { useText } from './text';

type Caps = NonNullable<Entry<'/v1/brands'>['messaging']>['caps'];

interface CapsPanelProps {
  readonly brand: string;
  readonly caps: Caps;
}

/** Caps of a brand. The settings of the brand change them. */
export function CapsPanel({ brand, caps }: CapsPanelProps): ReactNode {
  const text = useText();
  const locale = useLocale();
  const channels = CHANNELS.flatMap((channel) => {
    const cap = caps[channel];
    return cap === undefined ? [] : [{ channel, cap }];
  });
  return (
    <Paper p="md" component="section" aria-label={text('caps.title')}>
      <Group justify="space-between" align="start" gap="sm">
        <Stack gap={4} flex="1 1 300px">
          <Title order={2}>{text('caps.title')}</Title>
          <Text size="sm" c="dimmed">
            {text('caps.help')}
          </Text>
          {channels.length === 0 && <Text>{text('caps.none')}</Text>}
          {channels.map(({ channel, cap }) => (
            <Text key={channel}>
              {text('caps.cap', {
                ...{ channel: text(`caps.${channel}`), max: cap.max },
                per: wordedDuration(cap.per, locale),
              })}
            </Text>
          ))}
        </Stack>
        <ButtonLink variant="default" to={paths.settings(brand)}>
          {text('caps.change')}
        </ButtonLink>
      </Group>
    </Paper>
  );
}
