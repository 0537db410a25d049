import { Alert, Button, Divider } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { providerSignInPath, signInOptionsQuery } from '../api/session';
import { useText } from './text';

interface ProviderSignInProps {
  /** Reason why the last sign-in failed, from the address. */
  readonly failure: unknown;
  /** Page of the console to open after the sign-in. */
  readonly page: string;
}

/** Link that signs in at the identity provider, and the reason why the last sign-in failed. Nothing without a provider. */
export function ProviderSignIn({ failure, page }: ProviderSignInProps): ReactNode {
  const text = useText();
  const { data } = useQuery(signInOptionsQuery);
  const provider = data?.provider ?? null;
  if (provider === null) return null;
  const reason = `signIn.failures.${String(failure)}`;
  return (
    <>
      {failure !== undefined && (
        <Alert color="yellow" role="alert" title={text('signIn.failedTitle')}>
          {text.has(reason) ? text.dynamic(reason) : text('signIn.failures.failed')}
        </Alert>
      )}
      <Button component="a" href={providerSignInPath(page)} fullWidth size="sm">
        {text('signIn.with', { name: provider.name })}
      </Button>
      <Divider label={text('signIn.or')} color="var(--pb-line)" />
    </>
  );
}
