import { PatchbayError } from '@patchbay/client';
import { useState, type ReactNode } from 'react';
import type { Tagged } from '../api/tagged';
import { isSameJson, mergePatchOf } from '../lib/merge-patch';
import { threeWay, type ThreeWay } from '../lib/three-way';
import { AffectedDialog, affectedBy, type Affected } from './affected-dialog';
import { ConflictDialog } from './conflict-dialog';
import { useText } from './text';

type Members = Readonly<Record<string, unknown>>;

/** Change that the hub has to make. */
export interface Change {
  /** JSON Merge Patch of what the form changed. */
  readonly patch: Record<string, unknown>;
  /** Entity tag for `If-Match`. */
  readonly tag: string;
  /** Number of waiting deliveries that the person allowed the change to affect. */
  readonly atMost: number;
}

/** Options of {@link useEditing}. */
export interface EditingOptions<T> {
  /** Object as it was read last. */
  readonly loaded: Tagged<T>;
  /** Returns the part of the object that the form edits, in the format of the API's bodies. */
  editable(object: T): Members;
  save(change: Change): Promise<Tagged<T>>;
  /** Reads the object again, after another person changed it. */
  reload(): Promise<Tagged<T>>;
  onSaved?(saved: Tagged<T>): void;
}

/** Form of an object that other people may change meanwhile. */
export interface Editing {
  readonly value: Members;
  setValue(value: Members): void;
  readonly isChanged: boolean;
  readonly saving: boolean;
  /** Failure of the last save, or null. A conflict and a missing confirmation have dialogs instead. */
  readonly error: unknown;
  /** Forgets all changes. */
  reset(): void;
  save(): Promise<void>;
  /** Dialogs that {@link save} opens. Render them once. */
  readonly dialogs: ReactNode;
}

/** Keeps the values of a form and saves them: asks about waiting deliveries, and about changes of other people. */
export function useEditing<T>({ loaded, editable, save, reload, onSaved }: EditingOptions<T>): Editing {
  const text = useText();
  const [base, setBase] = useState(loaded);
  const [value, setValue] = useState<Members>(() => editable(loaded.value));
  const [seenTag, setSeenTag] = useState(loaded.tag);
  if (loaded.tag !== seenTag) {
    // The object was read again. A form without changes shows its new state; changes are compared when they are saved.
    setSeenTag(loaded.tag);
    const isUnchanged = isSameJson(value, editable(base.value));
    if (isUnchanged || isSameJson(editable(loaded.value), editable(base.value))) setBase(loaded);
    if (isUnchanged) setValue(editable(loaded.value));
  }
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [affected, setAffected] = useState<readonly Affected[]>([]);
  const [conflict, setConflict] = useState<{ readonly current: Tagged<T>; readonly three: ThreeWay } | null>(null);

  const attempt = async (from: Tagged<T>, next: Members, atMost: number): Promise<void> => {
    setSaving(true);
    setError(null);
    try {
      const saved = await save({ patch: mergePatchOf(editable(from.value), next), tag: from.tag, atMost });
      setBase(saved);
      setValue(editable(saved.value));
      setAffected([]);
      onSaved?.(saved);
    } catch (failure) {
      const waiting = affectedBy(failure);
      if (waiting.length > 0) {
        setAffected(waiting);
        // The dialog is open already, so it stays open and shows that more deliveries wait now.
        if (atMost > 0) throw failure;
      } else if (failure instanceof PatchbayError && failure.status === 412) {
        const current = await reload();
        setConflict({ current, three: threeWay(editable(from.value), next, editable(current.value)) });
      } else setError(failure);
    } finally {
      setSaving(false);
    }
  };

  return {
    value,
    setValue,
    isChanged: !isSameJson(value, editable(base.value)),
    saving,
    error,
    reset: () => {
      setValue(editable(base.value));
      setError(null);
    },
    save: () => attempt(base, value, 0).catch(setError),
    dialogs: (
      <>
        <AffectedDialog
          affected={affected}
          onClose={() => setAffected([])}
          action={text('affected.save')}
          onConfirm={(atMost) => attempt(base, value, atMost)}
        />
        <ConflictDialog
          conflict={conflict?.three ?? null}
          onClose={() => setConflict(null)}
          onResolve={(merged) => {
            if (conflict === null) return;
            setConflict(null);
            setBase(conflict.current);
            setValue(merged);
            attempt(conflict.current, merged, 0).catch(setError);
          }}
        />
      </>
    ),
  };
}
