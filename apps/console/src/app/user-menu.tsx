import { ActionIcon, Badge, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconLogout, IconUserCircle } from '@tabler/icons-react';
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

/** Menu of the caller: name and role, language, colours, time zone, keys, and sign-out. */
export function UserMenu(): ReactNode {
  const text = useText();
  const me = useMe();
  const { locale, setLocale } = useLocaleSwitch();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const zone = useZoneChoice();
  const keysOff = usePreference('keys') === 'off';
  const problemText = useProblemText();
  const leave = async (): Promise<void> => {
    try {
      await signOut();
    } catch (error) {
      notifications.show({ color: 'red', message: problemText(error) });
    }
  };
  return (
    <Menu position="bottom-end" width={240} closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon size="lg" aria-label={text('user.menu', { name: me.name })}>
          <IconUserCircle size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text fw={500} c="var(--mantine-color-text)" className="pb-foreign">
            {me.name}
          </Text>
          <Badge variant="default">{text('user.role', { role: text(`roles.${roleKey(me.role)}`) })}</Badge>
          {me.bootstrap && (
            <Text size="xs" mt={4}>
              {text('user.bootstrap')}
            </Text>
          )}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>{text('user.language')}</Menu.Label>
        {LOCALES.map((one) => (
          <Choice key={one} lang={one} chosen={one === locale} onChoose={() => setLocale(one)}>
            {text(`languages.${one}`)}
          </Choice>
        ))}
        <Menu.Label>{text('user.colours')}</Menu.Label>
        {SCHEMES.map((one) => (
          <Choice key={one} chosen={one === colorScheme} onChoose={() => setColorScheme(one)}>
            {text(`schemes.${one}`)}
          </Choice>
        ))}
        <Menu.Label>{text('user.times')}</Menu.Label>
        {ZONES.map((one) => (
          <Choice key={one} chosen={one === zone} onChoose={() => setPreference('zone', one)}>
            {text(`zones.${one}`)}
          </Choice>
        ))}
        <Menu.Label>{text('user.keyboard')}</Menu.Label>
        <Choice chosen={!keysOff} onChoose={() => setPreference('keys', keysOff ? 'on' : 'off')}>
          {text('user.letterKeys')}
        </Choice>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={14} aria-hidden />} onClick={() => void leave()}>
          {text('user.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface ChoiceProps {
  readonly chosen: boolean;
  readonly onChoose: () => void;
  readonly lang?: string;
  readonly children: ReactNode;
}

function Choice({ chosen, onChoose, lang, children }: ChoiceProps): ReactNode {
  return (
    <Menu.Item
      role="menuitemcheckbox"
      aria-checked={chosen}
      lang={lang}
      leftSection={<IconCheck size={14} aria-hidden style={{ visibility: chosen ? 'visible' : 'hidden' }} />}
      onClick={onChoose}
    >
      {children}
    </Menu.Item>
  );
}

function roleKey(role: string): 'viewer' | 'operator' | 'admin' {
  return role === 'admin' || role === 'operator' ? role : 'viewer';
}
