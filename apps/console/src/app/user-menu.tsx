import {
  ActionIcon,
  Badge,
  Button,
  Divider,
  NativeSelect,
  Popover,
  Stack,
  Switch,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconLogout, IconUserCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { signOut } from '../api/session';
import { LOCALES } from '../i18n/locale';
import { useLocaleSwitch } from '../i18n/locale-provider';
import { setPreference, usePreference } from '../lib/preferences';
import { useMe } from '../lib/use-me';
import { useZoneChoice } from '../lib/use-zone';
import { useProblemText } from '../ui/problem-alert';
import { useText } from './text';

const SCHEMES = ['light', 'dark', 'auto'] as const;
const ZONES = ['brand', 'browser', 'utc'] as const;

/** Button with the caller's name and role, the choices of this browser, and sign-out. */
export function UserMenu(): ReactNode {
  const text = useText();
  const { name } = useMe();
  return (
    <Popover position="bottom-end" width={260} trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon size="lg" aria-label={text('user.menu', { name })}>
          <IconUserCircle size={20} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={text('user.menu', { name })}>
        <UserChoices />
      </Popover.Dropdown>
    </Popover>
  );
}

function UserChoices(): ReactNode {
  const text = useText();
  const me = useMe();
  const { locale, setLocale } = useLocaleSwitch();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const zone = useZoneChoice();
  const keysOff = usePreference('keys') === 'off';
  const problemText = useProblemText();
  const leave = async (): Promise<void> => {
    try {
      await signOut(me);
    } catch (error) {
      notifications.show({ color: 'red', message: problemText(error) });
    }
  };
  return (
    <Stack gap="md">
      <div>
        <Text fw={500} className="pb-foreign">
          {me.name}
        </Text>
        <Badge variant="default">{text('user.role', { role: text(`roles.${roleKey(me.role)}`) })}</Badge>
        {me.bootstrap && (
          <Text size="xs" mt={4}>
            {text('user.bootstrap')}
          </Text>
        )}
      </div>
      <Divider color="var(--pb-line)" />
      <NativeSelect
        label={text('user.language')}
        value={locale}
        data={LOCALES.map((value) => ({ value, label: text(`languages.${value}`) }))}
        onChange={(event) => setLocale(LOCALES.find((one) => one === event.currentTarget.value) ?? locale)}
      />
      <NativeSelect
        label={text('user.colours')}
        value={colorScheme}
        data={SCHEMES.map((value) => ({ value, label: text(`schemes.${value}`) }))}
        onChange={(event) => setColorScheme(SCHEMES.find((one) => one === event.currentTarget.value) ?? 'auto')}
      />
      <NativeSelect
        label={text('user.times')}
        value={zone}
        data={ZONES.map((value) => ({ value, label: text(`zones.${value}`) }))}
        onChange={(event) => setPreference('zone', event.currentTarget.value)}
      />
      <Switch
        label={text('user.letterKeys')}
        checked={!keysOff}
        onChange={(event) => setPreference('keys', event.currentTarget.checked ? 'on' : 'off')}
      />
      <Button variant="default" leftSection={<IconLogout size={14} aria-hidden />} onClick={() => void leave()}>
        {text('user.signOut')}
      </Button>
    </Stack>
  );
}

function roleKey(role: string): 'viewer' | 'operator' | 'admin' {
  return role === 'admin' || role === 'operator' ? role : 'viewer';
}
