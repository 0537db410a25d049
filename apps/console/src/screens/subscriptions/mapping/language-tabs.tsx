import { Button, Group, Popover, Tabs, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { JsonObject } from '../model/json';
import { useText } from '../text';
import { isTag, languagesOf, withLanguage, withoutLanguage } from './languages';

interface LanguageTabsProps {
  readonly mapping: JsonObject;
  readonly onChange: (mapping: JsonObject) => void;
  /** Shown language; empty if there is one message for all. */
  readonly tag: string;
  readonly onTag: (tag: string) => void;
}

/** Languages of a mapping as tabs, with buttons that add and remove one. The first is used if no other fits. */
export function LanguageTabs({ mapping, onChange, tag, onTag }: LanguageTabsProps): ReactNode {
  const text = useText();
  const [added, setAdded] = useState('');
  const [present, setPresent] = useState('en');
  const languages = languagesOf(mapping);
  const tags = languages?.branches.map(([one]) => one) ?? [];
  const isValid =
    isTag(added) && !tags.includes(added) && (languages !== null || (isTag(present) && present !== added));
  const add = (): void => {
    if (!isValid) return;
    onChange(withLanguage(mapping, present, added));
    onTag(added);
    setAdded('');
  };
  return (
    <Group gap="sm" justify="space-between">
      {languages !== null && (
        <Tabs value={tag} onChange={(next) => next !== null && onTag(next)} aria-label={text('languages.title')}>
          <Tabs.List>
            {tags.map((one, index) => (
              <Tabs.Tab key={one} value={one}>
                {nameOf(one)} {index === 0 && tags.length > 1 ? `(${text('languages.default')})` : ''}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
      )}
      <Group gap={6}>
        {languages !== null && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconTrash size={14} aria-hidden />}
            onClick={() => onChange(withoutLanguage(mapping, tag))}
          >
            {text('languages.remove', { language: nameOf(tag) })}
          </Button>
        )}
        <Popover trapFocus withRoles position="bottom-end">
          <Popover.Target>
            <Button variant="default" leftSection={<IconPlus size={14} aria-hidden />}>
              {text('languages.add')}
            </Button>
          </Popover.Target>
          <Popover.Dropdown p="sm">
            {languages === null && (
              <TextInput
                mb="sm"
                dir="ltr"
                label={text('languages.present')}
                value={present}
                onChange={(event) => setPresent(event.currentTarget.value.trim())}
              />
            )}
            <TextInput
              dir="ltr"
              label={text('languages.tag')}
              description={text('languages.tagHelp')}
              placeholder="ar"
              value={added}
              onChange={(event) => setAdded(event.currentTarget.value.trim())}
              onKeyDown={(event) => event.key === 'Enter' && add()}
            />
            <Button mt="sm" disabled={!isValid} onClick={add}>
              {text('languages.addAction')}
            </Button>
          </Popover.Dropdown>
        </Popover>
      </Group>
    </Group>
  );
}

/** Returns a tag with the name of its language in that language: `ar العربية`. */
function nameOf(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag);
  return name === undefined || name === tag ? tag : `${name} ${tag}`;
}
