import { Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { AppLink } from '../../ui/app-link';
import { CopyText } from '../../ui/copy-text';
import { Facts } from '../../ui/facts';
import { TimeText } from '../../ui/time-text';
import { authHeaderNames } from './auth-header-names';
import { CapillaryRegistration } from './capillary-registration';
import { CapillarySteps } from './ingest-instructions';
import { SeenTypes } from './seen-types';
import { ingestUrlOf, type Source } from './source-api';
import { useText } from './text';

interface SourceOverviewProps {
  readonly brand: string;
  readonly source: Source;
}

/** Activity of a source, and the way in which its sender reaches it. */
export function SourceOverview({ brand, source }: SourceOverviewProps): ReactNode {
  const text = useText();
  const { activity, name } = source;
  const url = ingestUrlOf(source);
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Paper p="md" component="section">
          <Title order={2}>{text('activity.title')}</Title>
          <Facts
            facts={[
              { label: text('activity.last'), value: <TimeText at={activity.lastEventAt} /> },
              {
                label: text('activity.accepted'),
                value: (
                  <AppLink to={paths.events(brand)} search={{ source: name }}>
                    {text('activity.events', { count: activity.accepted })}
                  </AppLink>
                ),
              },
              {
                label: text('activity.quarantined'),
                value: (
                  <AppLink to={paths.events(brand)} search={{ source: name, status: 'quarantined' }}>
                    {text('activity.events', { count: activity.quarantined })}
                  </AppLink>
                ),
              },
            ]}
          />
          {activity.lastEventAt === null && source.managedBy !== 'hub' && (
            <Text size="sm" c="dimmed" mt="sm">
              {text('activity.none')}
            </Text>
          )}
        </Paper>
        <Paper p="md" component="section">
          <Title order={2}>{text('connection.title')}</Title>
          {url === null ? (
            <Text size="sm" c="dimmed">
              {text('connection.hub')}
            </Text>
          ) : (
            <Facts
              facts={[
                { label: text('secret.url'), value: <CopyText value={url} /> },
                {
                  label: text('connection.auth'),
                  value: authHeaderNames(source.auth).map(({ name: header, secrets }) => (
                    <div key={header}>
                      <bdi className="pb-code">{header}</bdi>{' '}
                      <Text span size="xs" c="dimmed">
                        {text('connection.secrets', { count: secrets })}
                      </Text>
                    </div>
                  )),
                },
                {
                  label: text('connection.rate'),
                  value:
                    source.limits === null
                      ? text('connection.noLimit')
                      : text('connection.limit', { count: source.limits['ratePerSecond'] ?? 0 }),
                },
              ]}
            />
          )}
        </Paper>
      </SimpleGrid>
      <SeenTypes brand={brand} source={name} />
      {source.auth['generated'] === true && <CapillaryRegistration brand={brand} />}
      {source.adapter === 'capillary' && source.auth['generated'] !== true && (
        <Paper p="md" component="details">
          <Text component="summary" fw={600}>
            {text('capillary.title')}
          </Text>
          <CapillarySteps />
        </Paper>
      )}
    </Stack>
  );
}
