import { Alert, Button, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { meQuery, type Me } from '../api/session';
import { LOCALES } from '../i18n/locale';
import { useLocaleSwitch } from '../i18n/locale-provider';
import { useProblemText } from '../ui/problem-alert';
import { KeyForm } from './key-form';
import { ProviderSignIn } from './provider-sign-in';
import { returnPath } from './return-path';
import classes from './sign-in-screen.module.css';
import { useText } from './text';
import { useSignInLink } from './use-sign-in-link';

/** Sign-in page: by key, or at once by the token of a one-time link (`#token=…`). */
export function SignInScreen(): ReactNode {
  const text = useText();
  const { locale, setLocale } = useLocaleSwitch();
  const navigate = useNavigate();
  const client = useQueryClient();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const enter = (me: Me): void => {
    client.clear();
    client.setQueryData(meQuery.queryKey, me);
    void navigate({ href: returnPath(search.return), replace: true });
  };
  const problemText = useProblemText();
  const link = useSignInLink(enter);
  useEffect(() => {
    document.title = `${text('signIn.title')} – Patchbay`;
  });
  return (
    <main className={classes.page}>
      <Paper className={classes.card} p="xl">
        <Stack gap="lg">
          <Group gap="sm">
            <img src="/console/favicon.svg" width={28} height={28} alt="" />
            <Title order={1}>{text('signIn.title')}</Title>
          </Group>
          {link.isRunning && <Loader size="sm" aria-label={text('signIn.byLink')} />}
          {link.error !== null && (
            <Alert color="yellow" role="alert" title={text('signIn.linkFailed')}>
              {problemText(link.error)}
            </Alert>
          )}
          <ProviderSignIn failure={search.failed} page={returnPath(search.return)} />
          <KeyForm onSignedIn={enter} />
          <Text size="xs" c="dimmed">
            {text('signIn.where')}
          </Text>
        </Stack>
      </Paper>
      <Group gap="xs">
        {LOCALES.map((one) => (
          <Button key={one} variant="subtle" lang={one} aria-pressed={one === locale} onClick={() => setLocale(one)}>
            {text(`languages.${one}`)}
          </Button>
        ))}
      </Group>
    </main>
  );
}
