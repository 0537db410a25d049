import { AppShell, Burger, Group, Loader } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { PatchbayError } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { meQuery } from '../api/session';
import { setPreference } from '../lib/preferences';
import { useBrand } from '../lib/use-brand';
import { ProblemState } from '../ui/problem-state';
import { BrandMark } from './brand-mark';
import { BrandSwitch } from './brand-switch';
import { ConnectionBanner } from './connection-banner';
import { GoKeys } from './go-keys';
import { KeysDialog } from './keys-dialog';
import { LagBanner } from './lag-banner';
import { ListKeys } from './list-keys';
import { FindButton, Palette } from './palette';
import { Navigation } from './navigation';
import { SessionEndBanner } from './session-end-banner';
import { SessionEndDialog } from './session-end-dialog';
import classes from './shell.module.css';
import { useText } from './text';
import { CONTENT_ID, useContentFocus } from './use-content-focus';
import { UserMenu } from './user-menu';

/** Frame around all screens: header, navigation, command palette, and the notices of the session and connection. */
export function Shell(): ReactNode {
  const me = useQuery(meQuery);
  const brand = useBrand();
  useEffect(() => {
    if (brand !== '') setPreference('brand', brand);
  }, [brand]);
  if (me.data === undefined) {
    if (me.error instanceof PatchbayError && me.error.status === 401) {
      return <SignInRedirect />;
    }
    if (me.error !== null)
      return (
        <div className="pb-page">
          <ProblemState error={me.error} onRetry={() => void me.refetch()} />
        </div>
      );
    return <Loading />;
  }
  return <SignedInShell />;
}

/**
 * Opens the sign-in page, which returns to the present page. Navigates once: `Navigate` would start again on each change
 * of the location, also on its own.
 */
function SignInRedirect(): ReactNode {
  const router = useRouter();
  useEffect(() => {
    const { href } = router.state.location;
    void router.navigate({ to: '/sign-in', search: { return: href }, replace: true });
  }, [router]);
  return <Loading />;
}

function Loading(): ReactNode {
  return (
    <Group justify="center" p="xl">
      <Loader aria-label={useText()('loading')} />
    </Group>
  );
}

function SignedInShell(): ReactNode {
  const text = useText();
  const [opened, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  const brand = useBrand();
  useEffect(() => close(), [pathname, close]);
  useContentFocus();
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={0}
      layout="default"
    >
      <a className="pb-skip" href={`#${CONTENT_ID}`}>
        {text('skip')}
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap" gap="sm">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={text('menu')}
              aria-expanded={opened}
            />
            <BrandMark />
            <BrandSwitch />
          </Group>
          <Group gap="sm" wrap="nowrap">
            <FindButton />
            <KeysDialog />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label={text('navigation')} {...(opened ? {} : { className: classes.closed })}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id={CONTENT_ID} tabIndex={-1}>
        <ConnectionBanner />
        <LagBanner />
        <SessionEndBanner />
        {/* A screen keeps nothing of the brand before: no choice of rows, no draft and no result. */}
        <Outlet key={brand} />
      </AppShell.Main>
      <Palette />
      <GoKeys />
      <ListKeys />
      <SessionEndDialog />
    </AppShell>
  );
}
