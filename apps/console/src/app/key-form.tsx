import { Alert, PasswordInput, Stack } from '@mantine/core';
import { PatchbayError } from '@patchbay/client';
import { useRef, useState, type ReactNode } from 'react';
import { signIn, type Me } from '../api/session';
import { ActionButton } from '../ui/action-button';
import { useCountdown, useProblemText } from '../ui/problem-alert';
import { useText } from './text';

interface KeyFormProps {
  readonly onSignedIn: (me: Me) => void;
}

/** Form that signs in with an API key. The key is kept nowhere: it leaves the field with the call. */
export function KeyForm({ onSignedIn }: KeyFormProps): ReactNode {
  const text = useText();
  const problemText = useProblemText();
  const field = useRef<HTMLInputElement>(null);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wait = useCountdown(error instanceof PatchbayError ? error.retryAfter : null, error);
  const submit = async (): Promise<void> => {
    const key = field.current?.value.trim() ?? '';
    if (key === '') {
      field.current?.focus();
      return;
    }
    setRunning(true);
    setError(null);
    try {
      const me = await signIn({ key });
      if (field.current !== null) field.current.value = '';
      onSignedIn(me);
    } catch (failure) {
      setError(failure);
      field.current?.focus();
    } finally {
      setRunning(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Stack gap="md">
        <PasswordInput
          ref={field}
          label={text('signIn.key')}
          description={text('signIn.keyHelp')}
          error={error === null ? undefined : problemText(error)}
          autoComplete="off"
          spellCheck={false}
          dir="ltr"
          data-autofocus
          autoFocus
          visibilityToggleButtonProps={{ 'aria-label': text('signIn.showKey') }}
        />
        {wait > 0 && (
          <Alert color="yellow" role="status">
            {text('signIn.locked', { seconds: wait })}
          </Alert>
        )}
        <ActionButton type="submit" running={running} fullWidth size="sm">
          {text('signIn.action')}
        </ActionButton>
      </Stack>
    </form>
  );
}
