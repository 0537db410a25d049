import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { destinationsQuery } from '../../api/queries';
import { asObject, type FormValue } from '../../ui/schema-field';
import { withoutSecrets } from '../destinations/destination-form';
import { NewDestination } from '../destinations/new-destination';
import { VerifyCredentials } from '../destinations/verify-credentials';
import { typesQuery } from '../types/destination-types';
import type { ConnectDraft } from './connect-draft';
import { ExistingChoice } from './existing-choice';
import { StepFrame } from './step-frame';
import { useText } from './text';

interface StepDestinationProps {
  readonly brand: string;
  readonly draft: ConnectDraft;
  readonly change: (change: Partial<ConnectDraft>) => void;
  readonly onNext: () => void;
}

/** Second step: creates a destination and verifies its credentials, or takes a destination that exists. */
export function StepDestination({ brand, draft, change, onNext }: StepDestinationProps): ReactNode {
  const text = useText();
  const types = useQuery(typesQuery).data?.data ?? [];
  const names = (useQuery(destinationsQuery(brand)).data?.data ?? []).map(({ name }) => name);
  // In memory only, because it has the credentials.
  const [values, setValues] = useState<FormValue>({ settings: draft.destinationSettings });
  const type = types.find((one) => one.type === draft.destinationType);
  if (draft.destination !== '') {
    return (
      <StepFrame key="ready" title={text('destination.title')} help={text('destination.help')}>
        <Paper p="md" maw={760}>
          <Stack gap="md">
            <Text>{text.rich('destination.ready', { name: () => <strong key="n">{draft.destination}</strong> })}</Text>
            <VerifyCredentials brand={brand} name={draft.destination} />
            <Group gap="sm">
              <Button onClick={onNext}>{text('next')}</Button>
              <Button variant="default" onClick={() => change({ destination: '', destinationType: '' })}>
                {text('destination.other')}
              </Button>
            </Group>
          </Stack>
        </Paper>
      </StepFrame>
    );
  }
  return (
    <StepFrame key={draft.destinationType} title={text('destination.title')} help={text('destination.help')}>
      {draft.destinationType === '' && (
        <ExistingChoice
          label={text('destination.existing')}
          names={names}
          onChoose={(name) => {
            change({ destination: name });
            onNext();
          }}
        />
      )}
      <NewDestination
        brand={brand}
        type={draft.destinationType}
        onType={(next) => {
          setValues({});
          const category = types.find((one) => one.type === next)?.category ?? '';
          const name = names.includes(category) ? next : category;
          change({ destinationType: next, destinationName: name, destinationSettings: {} });
        }}
        draft={{ name: draft.destinationName, values }}
        onDraft={(next) => {
          setValues(next.values);
          change({
            destinationName: next.name,
            destinationSettings: withoutSecrets(type?.settings.fields ?? [], asObject(next.values['settings'])),
          });
        }}
        onCreated={({ name }) => change({ destination: name })}
      />
    </StepFrame>
  );
}
