import { Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { preference } from '../../lib/preferences';
import { usePathParam } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { ButtonLink } from '../../ui/app-link';
import { Markdown } from '../../ui/markdown';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { typeQuery } from './destination-types';
import { FieldList } from './field-list';
import { useText } from './text';
import { TypeFacts } from './type-facts';
import { TypeLogo } from './type-logo';

/** Destination type with its limits, its fields and its README. */
export function TypeScreen(): ReactNode {
  const text = useText();
  const name = usePathParam('type');
  const query = useQuery(typeQuery(name));
  const mayCreate = useRole('admin');
  // The catalogue belongs to the whole hub, so a destination is created in the brand that was open last.
  const brand = preference('brand');
  const label = query.data?.label ?? name;
  return (
    <Page
      title={label}
      beside={<TypeLogo logo={query.data?.logo ?? null} />}
      back={{ to: paths.types(), label: text('title') }}
      actions={
        mayCreate &&
        brand !== null &&
        query.data !== undefined && (
          <ButtonLink to={paths.newDestination(brand)} search={{ type: name }}>
            {text('create', { brand })}
          </ButtonLink>
        )
      }
    >
      <QueryState query={query}>
        {(type) => (
          <>
            <Text lang="en" dir="auto">
              {type.description}
            </Text>
            <Paper p="md">
              <TypeFacts type={type} />
            </Paper>
            <SimpleGrid cols={{ base: 1, md: 3 }} spacing="md">
              <FieldList title={text('fields.credentials')} fields={type.credentials.fields} />
              <FieldList title={text('fields.settings')} fields={type.settings.fields} />
              {type.actions.map((action) => (
                <FieldList
                  key={action.name}
                  title={action.label ?? text('fields.message')}
                  action={action.name}
                  fields={action.message.fields}
                />
              ))}
            </SimpleGrid>
            <Stack gap="sm" component="section">
              <Title order={2}>{text('readme')}</Title>
              <Paper p="lg">
                {type.readme === null ? (
                  <Text c="dimmed">{text('noReadme')}</Text>
                ) : (
                  <Markdown source={type.readme} withoutTitle />
                )}
              </Paper>
            </Stack>
          </>
        )}
      </QueryState>
    </Page>
  );
}
