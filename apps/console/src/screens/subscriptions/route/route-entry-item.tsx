import { ActionIcon, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconChevronRight, IconTrash } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';
import { TargetFields } from '../editor/target-fields';
import type { EditorData } from '../editor/use-editor';
import type { EditorView } from '../editor/use-editor-view';
import { FilterField } from '../filter/filter-field';
import { FilterWords } from '../filter/filter-words';
import { isBelow, type MappingNotes } from '../mapping/message-form';
import type { RouteEntry } from '../model/route';
import { WarningList } from '../preview/warning-list';
import { useText } from '../text';
import classes from './route.module.css';

interface RouteEntryItemProps extends Pick<MappingNotes, 'errors' | 'warnings'> {
  readonly id: number;
  /** Place in the route, from 1. */
  readonly number: number;
  readonly entry: RouteEntry;
  readonly onChange: (change: Partial<RouteEntry>) => void;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly mayMove: (by: -1 | 1) => boolean;
  readonly onMove: (by: -1 | 1) => void;
  /** Undefined for the only entry of a route. */
  readonly onRemove: (() => void) | undefined;
  /** Event types of the subscription. */
  readonly events: readonly string[];
  readonly data: EditorData;
  readonly view: EditorView;
}

/** Entry of a route: one line with its condition and destination, and below it the form if it is open. */
export function RouteEntryItem(props: RouteEntryItemProps): ReactNode {
  const { id, number, entry, onChange, isOpen, onToggle, events, data, view, errors, warnings } = props;
  const text = useText();
  const body = useId();
  const { when, destination } = entry;
  const hasErrors = Object.keys(errors).length > 0;
  return (
    <li className={classes.entry} data-id={id} data-entry={number}>
      <div className={classes.head}>
        <UnstyledButton
          className={classes.toggle}
          data-control="toggle"
          aria-expanded={isOpen}
          aria-controls={isOpen ? body : undefined}
          onClick={onToggle}
        >
          <IconChevronRight size={14} className={`${classes.chevron} pb-flip`} aria-hidden />
          <Text span fw={500}>
            {text('route.entry', { number })}
          </Text>
          <Text span className={classes.words}>
            <Condition when={when} /> {text('route.arrow')}{' '}
            {destination === '' ? (
              <Text span c="var(--pb-attention)">
                {text('route.noDestination')}
              </Text>
            ) : (
              <bdi>{destination}</bdi>
            )}
            {hasErrors && (
              <Text span c="var(--pb-bad)">
                {' · '}
                {text('route.invalid')}
              </Text>
            )}
          </Text>
        </UnstyledButton>
        <EntryButtons {...props} />
      </div>
      {isOpen && (
        <Stack gap="md" id={body} className={classes.body} role="group" aria-label={text('route.entry', { number })}>
          {when === null ? (
            <Text c="dimmed">{text('route.otherwiseHelp')}</Text>
          ) : (
            <FilterField
              title={text('route.if')}
              none={text('route.noCondition')}
              value={when}
              onChange={(next) => onChange({ when: next })}
              fields={data.routeFields}
              errors={errors}
              scope={data.scope}
              notes={<WarningList warnings={warnings.filter(({ field }) => isBelow(field, 'when'))} />}
            />
          )}
          <TargetFields
            target={entry}
            onChange={onChange}
            events={events}
            data={data}
            view={view}
            errors={errors}
            warnings={warnings}
          />
        </Stack>
      )}
    </li>
  );
}

function Condition({ when }: Pick<RouteEntry, 'when'>): ReactNode {
  const text = useText();
  if (when === null) return text('route.otherwise');
  if (Object.keys(when).length === 0) {
    return (
      <Text span c="var(--pb-attention)">
        {text('route.noCondition')}
      </Text>
    );
  }
  return <FilterWords when={when} />;
}

function EntryButtons({ number, entry, mayMove, onMove, onRemove }: RouteEntryItemProps): ReactNode {
  const text = useText();
  return (
    <>
      {entry.when !== null && (
        <>
          <ActionIcon
            data-control="up"
            aria-label={text('route.up', { number })}
            disabled={!mayMove(-1)}
            onClick={() => onMove(-1)}
          >
            <IconArrowUp size={14} aria-hidden />
          </ActionIcon>
          <ActionIcon
            data-control="down"
            aria-label={text('route.down', { number })}
            disabled={!mayMove(1)}
            onClick={() => onMove(1)}
          >
            <IconArrowDown size={14} aria-hidden />
          </ActionIcon>
        </>
      )}
      {onRemove !== undefined && (
        <ActionIcon aria-label={text('route.remove', { number })} onClick={onRemove}>
          <IconTrash size={14} aria-hidden />
        </ActionIcon>
      )}
    </>
  );
}
