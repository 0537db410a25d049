import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { AppLink, ButtonLink } from '../../ui/app-link';
import { ForeignText } from '../../ui/foreign-text';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { TimeText } from '../../ui/time-text';
import classes from './customers-screen.module.css';
import { lastByCustomer } from './last-by-customer';
import { useText } from './text';

/** Number of customers in the list of the newest events. */
const SHOWN = 15;

/** Finds a customer by id, and lists the customers of the newest events. */
export function CustomersScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const navigate = useNavigate();
  const [id, setId] = useState('');
  return (
    <Page title={text('title')}>
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          if (id.trim() !== '') void navigate({ to: paths.customer(brand, id.trim()) });
        }}
      >
        <Group align="end" gap="sm">
          <TextInput
            label={text('find.label')}
            description={text('find.help')}
            value={id}
            onChange={(event) => setId(event.currentTarget.value)}
            dir="auto"
            maxLength={500}
            autoComplete="off"
            spellCheck={false}
            autoFocus
            w={{ base: '100%', sm: 380 }}
          />
          <Button type="submit" disabled={id.trim() === ''}>
            {text('find.action')}
          </Button>
        </Group>
      </form>
      <Stack gap="sm">
        <Title order={2}>{text('recent.title')}</Title>
        <RecentCustomers />
      </Stack>
    </Page>
  );
}

function RecentCustomers(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const query = useQuery({
    queryKey: ['customers', brand, 'recent'],
    queryFn: ({ signal }) => {
      const params = { path: { brand }, query: { limit: 100 } };
      return answerOf(api.GET('/v1/brands/{brand}/events', { params, signal }));
    },
  });
  return (
    <QueryState query={query}>
      {({ data }) => {
        const customers = lastByCustomer(data);
        if (customers.length === 0) {
          return (
            <Group gap="sm">
              <Text>{text('recent.none')}</Text>
              <ButtonLink to={paths.events(brand)} variant="default">
                {text('recent.events')}
              </ButtonLink>
            </Group>
          );
        }
        return (
          <ul className={classes.recent}>
            {customers.slice(0, SHOWN).map((event) => (
              <li key={event.customerId} data-row={event.customerId}>
                <AppLink to={paths.customer(brand, event.customerId)}>
                  <ForeignText>{event.customerId}</ForeignText>
                </AppLink>
                <ForeignText>{event.type}</ForeignText>
                <TimeText at={event.receivedAt} />
              </li>
            ))}
          </ul>
        );
      }}
    </QueryState>
  );
}
