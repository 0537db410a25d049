import { Alert, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { isMembers } from '../../../lib/merge-patch';
import { ForeignText } from '../../../ui/foreign-text';
import { ActionSelect } from '../../../ui/action-select';
import type { TypeSummary } from '../../types/destination-types';
import { ACTION, actionOf } from '../../types/type-actions';
import { takes } from '../model/event-patterns';
import type { JsonObject } from '../model/json';
import { WarningList } from '../preview/warning-list';
import type { TemplateScope } from '../template/complete-template';
import { useText } from '../text';
import { withAction } from './actions';
import { LanguageTabs } from './language-tabs';
import { directionOf, languagesOf, mappingOf } from './languages';
import { errorBelow, MessageForm, type MappingNotes } from './message-form';
import { YamlInput } from './yaml-input';

interface MappingFieldProps extends MappingNotes {
  readonly value: JsonObject | null;
  readonly onChange: (value: JsonObject | null) => void;
  /** Undefined until the destination is chosen. */
  readonly type: TypeSummary | undefined;
  readonly events: readonly string[];
  readonly scope: TemplateScope;
  readonly view: string;
  readonly onView: (view: string) => void;
  readonly tag: string;
  readonly onTag: (tag: string) => void;
}

/** Mapping of a subscription: the preset of the destination type, a form per language, or YAML. */
export function MappingField(props: MappingFieldProps): ReactNode {
  const { value, onChange, type, events, scope, view, onView, tag, onTag, ...notes } = props;
  const text = useText();
  if (type === undefined) return <Text c="dimmed">{text('mapping.chooseDestination')}</Text>;
  const preset = presetOf(type, events);
  if (value === null) {
    return (
      <Stack gap="sm">
        <Text>{text('mapping.preset', { type: type.label })}</Text>
        <WarningList warnings={notes.warnings} />
        <Group>
          <Button variant="default" onClick={() => onChange(preset)}>
            {text('mapping.own')}
          </Button>
        </Group>
      </Stack>
    );
  }
  const { [ACTION]: name, ...single } = value;
  const change = (next: JsonObject): void => onChange(name === undefined ? next : { [ACTION]: name, ...next });
  const languages = languagesOf(value);
  const shownTag = languages?.branches.find(([one]) => one === tag)?.[0] ?? languages?.branches[0]?.[0] ?? '';
  const message = languages === null ? single : (languages.branches.find(([one]) => one === shownTag)?.[1] ?? {});
  const general = errorBelow(
    Object.fromEntries(Object.entries(notes.errors).filter(([field]) => field === 'mapping')),
    'mapping',
  );
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <SegmentedControl
          size="xs"
          aria-label={text('mapping.as')}
          value={view}
          onChange={onView}
          data={[
            { value: 'form', label: text('mapping.form') },
            { value: 'yaml', label: text('mapping.yaml') },
          ]}
        />
        <Button variant="subtle" color="gray" onClick={() => onChange(null)}>
          {text('mapping.toPreset')}
        </Button>
      </Group>
      {general !== undefined && view === 'form' && (
        <Alert color="red" p="sm">
          <ForeignText>{general}</ForeignText>
        </Alert>
      )}
      {view === 'yaml' ? (
        <YamlInput
          label={text('mapping.whole')}
          value={value}
          scope={scope}
          error={errorBelow(notes.errors, 'mapping')}
          notes={<WarningList warnings={notes.warnings} onFix={notes.onFix} />}
          check={(next) => (isMembers(next) ? undefined : text('mapping.notObject'))}
          onChange={(next) => onChange(isMembers(next) ? next : {})}
          lines={10}
        />
      ) : (
        <>
          <ActionSelect
            label={text('mapping.action')}
            actions={type.actions}
            value={actionOf(type, value)?.name ?? undefined}
            error={errorBelow(notes.errors, `mapping.${ACTION}`)}
            onChange={(chosen) => {
              const action = actionOf(type, { [ACTION]: chosen });
              if (action !== undefined) onChange(withAction(value, action));
            }}
          />
          <LanguageTabs mapping={single} onChange={change} tag={shownTag} onTag={onTag} />
          <MessageForm
            // The editors of another language or action are others, with a history of their own.
            key={`${shownTag} ${String(name)}`}
            {...notes}
            fields={actionOf(type, value)?.message.fields ?? []}
            value={message}
            path={shownTag === '' ? 'mapping' : `mapping.${shownTag}`}
            direction={shownTag === '' ? 'ltr' : directionOf(shownTag)}
            scope={scope}
            onChange={(next) =>
              change(
                languages === null
                  ? next
                  : mappingOf({
                      ...languages,
                      branches: languages.branches.map((branch) =>
                        branch[0] === shownTag ? [shownTag, next] : branch,
                      ),
                    }),
              )
            }
          />
        </>
      )}
    </Stack>
  );
}

/** Returns the preset of a destination type for the first event type that has one. */
function presetOf({ presets }: TypeSummary, events: readonly string[]): JsonObject {
  const own = Object.entries(presets).find(([name]) => name !== '*' && takes(events, name))?.[1];
  const found = own ?? presets['*'];
  return isMembers(found) ? found : {};
}
