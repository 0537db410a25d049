import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, type ReactNode } from 'react';
import { onSignIn, readNewSession, signInInWindow, signInOptionsQuery, type Me } from '../api/session';
import { useText } from './text';

interface ProviderWindowButtonProps {
  readonly onSignedIn: (me: Me) => void;
}

/** Button that signs in at the identity provider in a window of its own, so that drafts stay. Nothing without a provider. */
export function ProviderWindowButton({ onSignedIn }: ProviderWindowButtonProps): ReactNode {
  const text = useText();
  const { data } = useQuery(signInOptionsQuery);
  const done = useRef(onSignedIn);
  useEffect(() => {
    done.current = onSignedIn;
  });
  useEffect(
    () =>
      onSignIn(() => {
        // If the new session cannot be read, the person sees the same question again.
        readNewSession().then(
          (me) => done.current(me),
          () => undefined,
        );
      }),
    [],
  );
  const provider = data?.provider ?? null;
  if (provider === null) return null;
  return (
    <Button variant="default" onClick={signInInWindow}>
      {text('signIn.with', { name: provider.name })}
    </Button>
  );
}
