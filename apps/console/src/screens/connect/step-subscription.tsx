import {
  Alert,
  Button,
  Checkbox,
  Code,
  Group,
  Paper,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { api } from '../../api/client';
import { destinationsQuery, eventTypesQuery } from '../../api/queries';
import { errorsBelow, fieldErrors } from '../../lib/field-errors';
import { isMembers } from '../../lib/merge-patch';
import { yamlText } from '../../lib/yaml-text';
import { ActionButton } from '../../ui/action-button';
import { ActionSelect } from '../../ui/action-select';
import { ProblemAlert } from '../../ui/problem-alert';
import { SchemaForm } from '../../ui/schema-form';
import type { FormValue } from '../../ui/schema-field';
import { sourceQuery } from '../sources/source-api';
import { typesQuery } from '../types/destination-types';
import { ACTION, actionOf } from '../types/type-actions';
import type { ConnectDraft } from './connect-draft';
import classes from './connect.module.css';
import { presetFor, withoutPreset } from './presets';
import { StepFrame } from './step-frame';
import { useText } from './text';

interface StepSubscriptionProps {
  readonly brand: string;
  readonly draft: ConnectDraft;
  readonly change: (change: Partial<ConnectDraft>) => void;
  readonly onNext: () => void;
}

/** Third step: chooses the events and the message. The editor of subscriptions has everything else. */
export function StepSubscription({ brand, draft, change, onNext }: StepSubscriptionProps): ReactNode {
  const text = useText();
  const client = useQueryClient();
  const { events } = draft;
  const source = useQuery(sourceQuery(brand, draft.source)).data?.value;
  const adapter = source?.adapter ?? '';
  const eventTypes = useQuery(eventTypesQuery).data?.data.filter((one) => one.adapter === adapter);
  const destination = useQuery(destinationsQuery(brand)).data?.data.find(({ name }) => name === draft.destination);
  const type = useQuery(typesQuery).data?.data.find((one) => one.type === destination?.type);
  const [name, setName] = useState(`${draft.source}-${draft.destination}`.slice(0, 63));
  const [own, setOwn] = useState<FormValue | null>(null);
  const [isOpen, setIsOpen] = useState(false);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const errors = fieldErrors(error);
  const presets = type?.presets ?? {};
  const missing = withoutPreset(presets, events);
  const preset = presetFor(presets, events);
  const message = own ?? (missing.length > 0 && type !== undefined ? {} : null);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setSaving(true);
    setError(null);
    const { source: from, destination: to } = draft;
    const body = { name, source: from, events: [...events], destination: to, ...(message && { mapping: message }) };
    try {
      await answerOf(api.POST('/v1/brands/{brand}/subscriptions', { params: { path: { brand } }, body }));
      void client.invalidateQueries({ queryKey: ['subscriptions', brand] });
      change({ subscription: name, since: '' });
      onNext();
    } catch (failure) {
      setError(failure);
    } finally {
      setSaving(false);
    }
  };

  return (
    <StepFrame title={text('subscription.title')} help={text('subscription.help')}>
      <form onSubmit={(event) => void submit(event)}>
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <Paper p="md">
            <Stack gap="md">
              <TagsInput
                size="xs"
                label={text('subscription.events')}
                description={text('subscription.eventsHelp')}
                placeholder={events.length === 0 ? 'pointsIssued' : ''}
                data={(eventTypes ?? []).map((one) => one.type)}
                value={events.includes('*') ? [] : [...events]}
                disabled={events.includes('*')}
                error={errors['events'] ?? errors['events[0]']}
                maxDropdownHeight={110}
                acceptValueOnBlur
                dropdownOpened={isOpen}
                onDropdownOpen={() => setIsOpen(true)}
                onDropdownClose={() => setIsOpen(false)}
                onClick={() => setIsOpen(true)}
                onSearchChange={(typed) => typed !== '' && setIsOpen(true)}
                onChange={(next) => {
                  change({ events: next });
                  // An open list covers the button that creates the subscription.
                  setIsOpen(false);
                }}
              />
              <Checkbox
                label={text('subscription.all')}
                checked={events.includes('*')}
                onChange={(event) => change({ events: event.currentTarget.checked ? ['*'] : [] })}
              />
              <TextInput
                label={text('subscription.name')}
                required
                dir="ltr"
                value={name}
                error={errors['name']}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              {error !== null && <ProblemAlert error={error} shownFields={['name', 'events']} />}
              <Group>
                <ActionButton type="submit" running={saving} disabled={events.length === 0}>
                  {text('subscription.create')}
                </ActionButton>
              </Group>
            </Stack>
          </Paper>
          <Paper p="md">
            <Stack gap="sm">
              <Title order={3}>{text('subscription.message')}</Title>
              {events.length === 0 && <Text c="dimmed">{text('subscription.chooseFirst')}</Text>}
              {events.length > 0 && message === null && (
                <>
                  <Text size="sm">{text('subscription.preset')}</Text>
                  <Code block dir="ltr" className={classes.message}>
                    {yamlText(preset)}
                  </Code>
                  <Group>
                    <Button variant="default" onClick={() => setOwn(isMembers(preset) ? preset : {})}>
                      {text('subscription.write')}
                    </Button>
                  </Group>
                </>
              )}
              {events.length > 0 && message !== null && type !== undefined && (
                <>
                  {missing.length > 0 && (
                    <Alert color="gray">{text('subscription.noPreset', { types: missing.join(', ') })}</Alert>
                  )}
                  <Text size="sm" c="dimmed">
                    {text('subscription.variables')} <bdi className="pb-code">{'{{ data.totalPointsIssued }}'}</bdi>
                  </Text>
                  <ActionSelect
                    label={text('subscription.action')}
                    actions={type.actions}
                    value={actionOf(type, message)?.name ?? undefined}
                    error={errors[`mapping.${ACTION}`]}
                    onChange={(action) => setOwn({ [ACTION]: action })}
                  />
                  <SchemaForm
                    fields={actionOf(type, message)?.message.fields ?? []}
                    value={message}
                    onChange={setOwn}
                    errors={errorsBelow(errors, 'mapping')}
                  />
                </>
              )}
            </Stack>
          </Paper>
        </SimpleGrid>
      </form>
    </StepFrame>
  );
}
