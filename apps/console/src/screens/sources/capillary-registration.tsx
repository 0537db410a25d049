import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { type Answer, answerOf } from '@patchbay/client';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { useRole } from '../../lib/use-me';
import { ActionButton } from '../../ui/action-button';
import { AlertTitle } from '../../ui/alert-title';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { Facts } from '../../ui/facts';
import { ProblemAlert } from '../../ui/problem-alert';
import { TimeText } from '../../ui/time-text';
import { useText } from './text';

type Registration = Answer<'/v1/brands/{brand}/capillary'>;
type Plan = Answer<'/v1/brands/{brand}/capillary/register', 'post'>;
type Change = Plan['changes'][number];

const registrationQuery = (brand: string) =>
  queryOptions({
    queryKey: ['capillary', brand],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/brands/{brand}/capillary', { params: { path: { brand } }, signal })),
  });

/** Registration of a source at Capillary: its state, changes that somebody made there, and the next changes of the hub. */
export function CapillaryRegistration({ brand }: { readonly brand: string }): ReactNode {
  const text = useText();
  const client = useQueryClient();
  const mayCheck = useRole('operator');
  const isAdmin = useRole('admin');
  const query = useQuery(registrationQuery(brand));
  const [asksUnregister, setAsksUnregister] = useState(false);
  const path = { params: { path: { brand } } };
  const onSuccess = (): Promise<void> => client.invalidateQueries(registrationQuery(brand));
  const plan = useMutation({
    mutationFn: () => answerOf(api.POST('/v1/brands/{brand}/capillary/register', { ...path, body: { dryRun: true } })),
  });
  const register = useMutation({
    mutationFn: (rotateSecret: boolean) =>
      answerOf(api.POST('/v1/brands/{brand}/capillary/register', { ...path, body: { rotateSecret } })),
    onSuccess: async () => {
      plan.reset();
      await onSuccess();
    },
  });
  const check = useMutation({
    mutationFn: () => answerOf(api.POST('/v1/brands/{brand}/capillary/check', path)),
    onSuccess,
  });
  const unregister = useMutation({
    mutationFn: () => answerOf(api.POST('/v1/brands/{brand}/capillary/unregister', path)),
    onSuccess,
  });
  const registration = query.data;
  if (registration === undefined) return query.error === null ? null : <ProblemAlert error={query.error} />;
  const error = plan.error ?? register.error ?? check.error;
  return (
    <Paper p="md" component="section" aria-labelledby="capillary-registration">
      <Stack gap="sm">
        <Title order={2} id="capillary-registration">
          {text('registration.title')}
        </Title>
        <RegistrationState registration={registration} />
        {plan.data !== undefined && <PlannedChanges plan={plan.data} />}
        {error !== null && <ProblemAlert error={error} />}
        <Group>
          {isAdmin && plan.data === undefined && (
            <ActionButton running={plan.isPending} onClick={() => plan.mutate()}>
              {text('registration.plan')}
            </ActionButton>
          )}
          {isAdmin && plan.data !== undefined && (
            <ActionButton running={register.isPending} onClick={() => register.mutate(false)}>
              {text('registration.register')}
            </ActionButton>
          )}
          {mayCheck && registration.registered && (
            <ActionButton variant="default" running={check.isPending} onClick={() => check.mutate()}>
              {text('registration.check')}
            </ActionButton>
          )}
          {isAdmin && registration.registered && (
            <>
              <ActionButton variant="default" running={register.isPending} onClick={() => register.mutate(true)}>
                {text('registration.rotate')}
              </ActionButton>
              <Button variant="default" onClick={() => setAsksUnregister(true)}>
                {text('registration.unregister')}
              </Button>
            </>
          )}
        </Group>
      </Stack>
      <ConfirmDialog
        opened={asksUnregister}
        title={text('registration.unregisterTitle')}
        action={text('registration.unregister')}
        danger
        onClose={() => setAsksUnregister(false)}
        onConfirm={() => unregister.mutateAsync()}
      >
        {text('registration.unregisterHelp')}
      </ConfirmDialog>
    </Paper>
  );
}

function RegistrationState({ registration }: { readonly registration: Registration }): ReactNode {
  const text = useText();
  const { registered, url, eventNames, drift, deleted, rotating, secretAt, checkedAt } = registration;
  if (!registered) return <Text size="sm">{text('registration.none')}</Text>;
  return (
    <>
      <Facts
        facts={[
          { label: text('secret.url'), value: <bdi className="pb-code">{url}</bdi> },
          { label: text('registration.events'), value: <bdi className="pb-code">{eventNames.join(', ')}</bdi> },
          { label: text('registration.secretAt'), value: <TimeText at={secretAt} /> },
          { label: text('registration.checkedAt'), value: <TimeText at={checkedAt} /> },
        ]}
      />
      {rotating && <Text size="sm">{text('registration.rotating')}</Text>}
      {(deleted || drift.length > 0) && (
        <Alert color="red" title={<AlertTitle>{text('registration.drift')}</AlertTitle>}>
          {deleted ? <Text size="sm">{text('registration.deleted')}</Text> : <Changes changes={drift} />}
        </Alert>
      )}
    </>
  );
}

function PlannedChanges({ plan }: { readonly plan: Plan }): ReactNode {
  const text = useText();
  return (
    <div role="status">
      <Text size="sm">{text(plan.changes.length === 0 ? 'registration.same' : 'registration.changes')}</Text>
      <Changes changes={plan.changes} />
    </div>
  );
}

function Changes({ changes }: { readonly changes: readonly Change[] }): ReactNode {
  const text = useText();
  return (
    <ul>
      {changes.map(({ field, before, after }) => (
        <li key={field}>
          {text(`registration.fields.${field}`)}: <bdi className="pb-code">{before ?? '—'}</bdi> →{' '}
          <bdi className="pb-code">{after ?? '—'}</bdi>
        </li>
      ))}
    </ul>
  );
}
