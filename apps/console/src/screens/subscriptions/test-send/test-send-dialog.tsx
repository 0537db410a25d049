import { Alert, Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type Answer, answerOf } from '@patchbay/client';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api } from '../../../api/client';
import { useFocusReturn } from '../../../lib/use-focus-return';
import { ActionButton } from '../../../ui/action-button';
import { ForeignText } from '../../../ui/foreign-text';
import { JsonView } from '../../../ui/json-view';
import { ProblemAlert } from '../../../ui/problem-alert';
import { trialBodyOf, type Draft } from '../model/draft';
import type { Preview, PreviewEvent } from '../preview/use-preview';
import { useText } from '../text';

type Result = Answer<'/v1/brands/{brand}/destinations/{name}/test-send', 'post'>;

interface TestSendDialogProps {
  readonly brand: string;
  readonly draft: Draft;
  readonly event: PreviewEvent;
  /** Null if the destination messages no customers. */
  readonly channel: Preview['channel'];
  readonly locale: string;
  readonly onClose: () => void;
}

/** Field of the recipient that each channel sends to. Others need none. */
const ADDRESSES: Readonly<Record<string, 'phone' | 'email' | 'pushToken'>> = {
  sms: 'phone',
  email: 'email',
  push: 'pushToken',
  whatsapp: 'phone',
};

/** Sends one message of a draft to an address that a person types. */
export function TestSendDialog({ brand, draft, event, channel, locale, onClose }: TestSendDialogProps): ReactNode {
  const text = useText();
  useFocusReturn();
  const [address, setAddress] = useState('');
  const [consented, setConsented] = useState(false);
  const field = ADDRESSES[channel ?? ''];
  const call = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/v1/brands/{brand}/destinations/{name}/test-send', {
          params: { path: { brand, name: draft.destination } },
          body: {
            recipient: {
              ...(field === undefined ? {} : { [field]: address.trim() }),
              ...(locale === '' ? {} : { locale }),
            },
            ...(consented ? { consented } : {}),
            draft: { ...trialBodyOf(draft) },
            ...event,
          },
        }),
      ),
  });
  const isReady = field === undefined || address.trim() !== '';
  return (
    <Modal opened onClose={onClose} title={text('test.title')} closeButtonProps={{ 'aria-label': text('test.close') }}>
      <form
        onSubmit={(submit) => {
          submit.preventDefault();
          if (isReady && !call.isPending) call.mutate();
        }}
      >
        <Stack gap="md">
          <Text>{text('test.text', { destination: draft.destination })}</Text>
          {field !== undefined && (
            <TextInput
              dir="ltr"
              required
              data-autofocus
              label={text(`test.${field}`)}
              description={text('test.addressHelp')}
              value={address}
              onChange={(change) => setAddress(change.currentTarget.value)}
            />
          )}
          {field !== undefined && (
            <Checkbox
              label={text('test.consented')}
              checked={consented}
              onChange={(change) => setConsented(change.currentTarget.checked)}
            />
          )}
          {call.error !== null && <ProblemAlert error={call.error} title={text('test.failed')} />}
          {call.data !== undefined && <TestResult result={call.data} />}
          <Group justify="end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {text('test.close')}
            </Button>
            <ActionButton type="submit" running={call.isPending} disabled={!isReady}>
              {text(call.data === undefined ? 'test.send' : 'test.again')}
            </ActionButton>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function TestResult({ result }: { readonly result: Result }): ReactNode {
  const text = useText();
  const { accepted, errorKind, message, vendorCode, response, durationMs } = result;
  return (
    <Alert
      color={accepted ? 'green' : 'red'}
      role="status"
      title={text(accepted ? 'test.accepted' : 'test.refused', { ms: durationMs })}
    >
      <Stack gap="sm">
        {[errorKind, vendorCode].some((part) => part !== null) && (
          <Text className="pb-code">{[errorKind, vendorCode].filter((part) => part !== null).join(' · ')}</Text>
        )}
        {message !== null && <ForeignText>{message}</ForeignText>}
        {response !== null && (
          <JsonView
            text={`HTTP ${response.status}\n${response.body ?? ''}`}
            language="text"
            label={text('test.answer')}
            maxHeight={200}
          />
        )}
      </Stack>
    </Alert>
  );
}
