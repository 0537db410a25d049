import { Alert, Button, Group, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { errorsBelow } from '../../../lib/field-errors';
import { ForeignText } from '../../../ui/foreign-text';
import type { EditorData } from '../editor/use-editor';
import type { EditorView } from '../editor/use-editor-view';
import { warningsBelow } from '../editor/warnings';
import type { MappingNotes } from '../mapping/message-form';
import {
  hasDefault,
  isFinished,
  MAX_ENTRIES,
  placeAfterMove,
  swapped,
  withEntry,
  type Route,
  type RouteEntry,
} from '../model/route';
import { useText } from '../text';
import { RouteEntryItem } from './route-entry-item';
import classes from './route.module.css';
import { useIds } from './use-ids';

interface RouteFieldProps extends Pick<MappingNotes, 'errors' | 'warnings'> {
  readonly route: Route;
  readonly onChange: (route: Route) => void;
  /** Event types of the subscription. */
  readonly events: readonly string[];
  readonly data: EditorData;
  readonly view: EditorView;
}

/** Control of an entry that gets the focus after a change of the list. */
interface Focus {
  readonly id: number;
  readonly control: 'toggle' | 'up' | 'down';
}

/** Ordered list of entries, of which one is open. The preview shows the open one. */
export function RouteField({ route, onChange, events, data, view, errors, warnings }: RouteFieldProps): ReactNode {
  const text = useText();
  const { ids, insert, remove, swap } = useIds(route.length);
  const [focus, setFocus] = useState<Focus | null>(null);
  const [announced, setAnnounced] = useState('');
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (focus === null) return;
    const controls = list.current?.querySelector(`[data-id="${focus.id}"]`);
    const wanted = controls?.querySelector<HTMLElement>(`[data-control="${focus.control}"]:not(:disabled)`);
    (wanted ?? controls?.querySelector<HTMLElement>('[data-control="toggle"]'))?.focus();
  }, [focus]);
  const open = (number: number | null): void =>
    view.set(number === null ? { entry: '', part: '' } : { entry: String(number), part: `entry-${number}` });
  const add = (entry: RouteEntry): void => {
    const next = withEntry(route, entry);
    const at = next.indexOf(entry);
    onChange(next);
    setFocus({ id: insert(at), control: 'toggle' });
    open(at + 1);
  };
  const drop = (at: number): void => {
    onChange(route.toSpliced(at, 1));
    remove(at);
    open(null);
    const neighbour = ids[at + 1] ?? ids[at - 1];
    if (neighbour !== undefined) setFocus({ id: neighbour, control: 'toggle' });
  };
  const move = (from: number, by: -1 | 1): void => {
    const to = placeAfterMove(route, from, by);
    const id = ids[from];
    if (to === null || id === undefined) return;
    onChange(swapped(route, from, to));
    swap(from, to);
    setFocus({ id, control: by < 0 ? 'up' : 'down' });
    setAnnounced(text('route.moved', { from: from + 1, to: to + 1 }));
    if (view.entry === String(from + 1)) open(to + 1);
    else if (view.entry === String(to + 1)) open(from + 1);
  };
  const isFull = route.length >= MAX_ENTRIES;
  const own = Object.entries(errors).find(([field]) => /^route(\.\d+|\[\d+\])?$/.test(field))?.[1];
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {text('route.help')}
      </Text>
      {own !== undefined && (
        <Alert color="red" p="sm">
          <ForeignText>{own}</ForeignText>
        </Alert>
      )}
      <ul className={classes.list} ref={list}>
        {route.map((entry, index) => (
          <RouteEntryItem
            key={ids[index]}
            id={ids[index] ?? index}
            number={index + 1}
            entry={entry}
            onChange={(change) => onChange(route.with(index, { ...entry, ...change }))}
            isOpen={view.entry === String(index + 1)}
            onToggle={() => open(view.entry === String(index + 1) ? null : index + 1)}
            mayMove={(by) => placeAfterMove(route, index, by) !== null}
            onMove={(by) => move(index, by)}
            onRemove={route.length > 1 ? () => drop(index) : undefined}
            events={events}
            data={data}
            view={view}
            errors={errorsBelow(errors, `route.${index}`)}
            warnings={warningsBelow(warnings, `route.${index}`)}
          />
        ))}
      </ul>
      <VisuallyHidden role="status">{announced}</VisuallyHidden>
      {!hasDefault(route) && <Notice>{text('route.noDefault')}</Notice>}
      {!route.every((entry) => isFinished(entry)) && <Notice>{text('route.unfinished')}</Notice>}
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={isFull}
          onClick={() => add({ when: {}, destination: '', mapping: null })}
        >
          {text('route.add')}
        </Button>
        {!hasDefault(route) && (
          <Button
            variant="subtle"
            disabled={isFull}
            onClick={() => add({ when: null, destination: '', mapping: null })}
          >
            {text('route.addDefault')}
          </Button>
        )}
        {isFull && <Text c="dimmed">{text('route.full', { count: MAX_ENTRIES })}</Text>}
      </Group>
    </Stack>
  );
}

function Notice({ children }: { readonly children: string }): ReactNode {
  return (
    <Text size="sm" c="var(--pb-attention)">
      {children}
    </Text>
  );
}
