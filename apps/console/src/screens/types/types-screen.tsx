import { SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { AppLink } from '../../ui/app-link';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { byCategory, typesQuery } from './destination-types';
import { useText } from './text';
import { TypeCard } from './type-card';
import classes from './types.module.css';

/** Catalogue of the destination types that this hub has. */
export function TypesScreen(): ReactNode {
  const text = useText();
  const query = useQuery(typesQuery);
  return (
    <Page title={text('title')}>
      <Text>{text('intro')}</Text>
      <QueryState query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <Text>{text('empty')}</Text>
          ) : (
            byCategory(data).map(([category, types]) => (
              <Stack key={category} gap="sm" component="section">
                <Title order={2}>
                  {text.has(`category.${category}`) ? text.dynamic(`category.${category}`) : category}
                </Title>
                <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
                  {types.map((type) => (
                    <div key={type.type} className={classes.card} data-row={type.type}>
                      <TypeCard type={type}>
                        <AppLink to={paths.type(type.type)}>{type.label}</AppLink>
                      </TypeCard>
                    </div>
                  ))}
                </SimpleGrid>
              </Stack>
            ))
          )
        }
      </QueryState>
    </Page>
  );
}
