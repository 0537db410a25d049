import { Button, Group, Paper, SimpleGrid, Stack, Text, TextInput, Title, UnstyledButton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { fieldErrors } from '../../lib/field-errors';
import { ActionButton } from '../../ui/action-button';
import { Markdown } from '../../ui/markdown';
import { ProblemAlert } from '../../ui/problem-alert';
import { QueryState } from '../../ui/query-state';
import type { FormValue } from '../../ui/schema-field';
import { byCategory, typeQuery, typesQuery, type DestinationType } from '../types/destination-types';
import { useText as useTypesText } from '../types/text';
import { TypeCard } from '../types/type-card';
import { TypeFacts } from '../types/type-facts';
import classes from '../types/types.module.css';
import { createDestination, type Destination } from './destination-api';
import { DestinationFields } from './destination-fields';
import { SandboxNotice } from './sandbox-notice';
import { SHOWN_FIELDS } from './messaging-fields';
import { useText } from './text';

/** Form for a new destination. `values` has secrets, so it must stay in memory. */
export interface DestinationDraft {
  readonly name: string;
  readonly values: FormValue;
}

interface NewDestinationProps {
  readonly brand: string;
  /** Chosen destination type. Empty until one is chosen. */
  readonly type: string;
  readonly onType: (type: string) => void;
  readonly draft: DestinationDraft;
  readonly onDraft: (draft: DestinationDraft) => void;
  readonly onCreated: (destination: Destination) => void;
}

/** Choice of a destination type, then its form with its README beside it. */
export function NewDestination(props: NewDestinationProps): ReactNode {
  return props.type === '' ? <TypeChoice onType={props.onType} /> : <TypeForm {...props} />;
}

function TypeChoice({ onType }: Pick<NewDestinationProps, 'onType'>): ReactNode {
  const text = useTypesText();
  const query = useQuery(typesQuery);
  return (
    <QueryState query={query}>
      {({ data }) =>
        byCategory(data).map(([category, types]) => (
          <Stack key={category} gap="sm" mb="md" component="section">
            <Title order={2}>
              {text.has(`category.${category}`) ? text.dynamic(`category.${category}`) : category}
            </Title>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
              {types.map((type) => (
                <UnstyledButton key={type.type} className={classes.card} onClick={() => onType(type.type)}>
                  <TypeCard type={type}>
                    <Text size="sm" fw={500}>
                      {type.label}
                    </Text>
                  </TypeCard>
                </UnstyledButton>
              ))}
            </SimpleGrid>
          </Stack>
        ))
      }
    </QueryState>
  );
}

function TypeForm(props: NewDestinationProps): ReactNode {
  const query = useQuery(typeQuery(props.type));
  return (
    <QueryState query={query}>
      {(type) => (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <CreationForm {...props} info={type} />
          <Paper p="md" component="aside">
            <TypeFacts type={type} />
            {type.readme !== null && <Markdown source={type.readme} withoutTitle />}
          </Paper>
        </SimpleGrid>
      )}
    </QueryState>
  );
}

function CreationForm({
  brand,
  info,
  draft,
  onType,
  onDraft,
  onCreated,
}: NewDestinationProps & { readonly info: DestinationType }): ReactNode {
  const text = useText();
  const client = useQueryClient();
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const errors = fieldErrors(error);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setSaving(true);
    setError(null);
    try {
      const created = await createDestination(brand, { name: draft.name, type: info.type, ...draft.values });
      void client.invalidateQueries({ queryKey: ['destinations', brand] });
      onCreated(created);
    } catch (failure) {
      setError(failure);
    } finally {
      setSaving(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        {info.sandbox !== null && (
          <SandboxNotice
            label={info.label}
            onFill={() => onDraft({ ...draft, values: { ...draft.values, ...info.sandbox } })}
          />
        )}
        <TextInput
          label={text('fields.name')}
          description={text('fields.nameHelp')}
          required
          dir="ltr"
          value={draft.name}
          error={errors['name']}
          onChange={(event) => onDraft({ ...draft, name: event.currentTarget.value })}
        />
        <DestinationFields
          type={info}
          value={draft.values}
          onChange={(values) => onDraft({ ...draft, values })}
          errors={errors}
          stored={false}
        />
        {error !== null && (
          <ProblemAlert error={error} shownFields={['name', 'credentials', 'settings', ...SHOWN_FIELDS]} />
        )}
        <Group gap="sm">
          <ActionButton type="submit" running={saving}>
            {text('new.create')}
          </ActionButton>
          <Button variant="default" onClick={() => onType('')}>
            {text('new.otherType')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
