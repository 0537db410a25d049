import { Button, Kbd } from '@mantine/core';
import { Spotlight, spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useText } from './text';
import { useFoundObjects } from './use-found-objects';
import { useNavigationEntries } from './use-navigation-entries';

/** Keys that open the command palette, as they are called on this system. */
export const FIND_KEYS = navigator.userAgent.includes('Mac OS') ? '⌘ K' : 'Ctrl K';

/** Button that opens the command palette. */
export function FindButton(): ReactNode {
  const text = useText();
  return (
    <Button
      variant="default"
      onClick={spotlight.open}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        <Kbd size="xs" dir="ltr" visibleFrom="xs">
          {FIND_KEYS}
        </Kbd>
      }
      aria-keyshortcuts="Control+K Meta+K"
    >
      {text('find.button')}
    </Button>
  );
}

/** Command palette: finds screens by name, and objects of the brand by name or pasted id. */
export function Palette(): ReactNode {
  const text = useText();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const entries = useNavigationEntries();
  const found = useFoundObjects(query.trim());
  const actions: SpotlightActionData[] = [
    ...entries.map(({ to, title, icon: EntryIcon, key }) => ({
      id: to,
      label: title,
      leftSection: <EntryIcon size={16} aria-hidden />,
      rightSection: key === undefined ? undefined : <Kbd size="xs">{`g ${key}`}</Kbd>,
      onClick: () => void navigate({ to }),
    })),
    ...found.map(({ to, label, description }) => ({
      id: to,
      label,
      description,
      // The hub found these, so the text that is typed must not filter them again.
      keywords: [query],
      onClick: () => void navigate({ to }),
    })),
  ];
  return (
    <Spotlight
      actions={actions}
      query={query}
      onQueryChange={setQuery}
      nothingFound={text('find.nothing')}
      limit={20}
      overlayProps={{ blur: 0 }}
      shortcut={['mod + K']}
      searchProps={{
        placeholder: text('find.placeholder'),
        'aria-label': text('find.placeholder'),
        leftSection: <IconSearch size={16} aria-hidden />,
      }}
    />
  );
}
