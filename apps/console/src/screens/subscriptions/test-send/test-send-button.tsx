import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useRole } from '../../../lib/use-me';
import type { EditorData } from '../editor/use-editor';
import type { Draft } from '../model/draft';
import { useText } from '../text';
import { TestSendDialog } from './test-send-dialog';

interface TestSendButtonProps {
  readonly brand: string;
  readonly draft: Draft;
  readonly data: EditorData;
  readonly locale: string;
}

/** Opens the dialog that sends a test message. Usable once the preview has a message that could be sent. */
export function TestSendButton({ brand, draft, data, locale }: TestSendButtonProps): ReactNode {
  const text = useText();
  const [isOpen, setIsOpen] = useState(false);
  const { preview, errors } = data.part.entry > 0 ? data.shown : data.live;
  const tested = withoutRoute(draft, data.part.entry > 0 ? data.part.entry : (preview?.route?.shown ?? 0));
  const isReady = (preview?.message ?? null) !== null && Object.keys(errors).length === 0;
  if (!useRole('operator')) return null;
  return (
    <>
      <Button variant="default" disabled={!isReady} onClick={() => setIsOpen(true)}>
        {text('test.open')}
      </Button>
      {isOpen && data.event !== null && tested !== null && (
        <TestSendDialog
          brand={brand}
          draft={tested}
          event={data.event}
          channel={preview?.channel ?? null}
          locale={locale}
          onClose={() => setIsOpen(false)}
        />
      )}
    </>
  );
}

/** Returns the draft with one entry of its route in the place of the route. Null if the route has no such entry. */
function withoutRoute(draft: Draft, entry: number): Draft | null {
  if (draft.route === null) return draft;
  const found = draft.route[entry - 1];
  return found === undefined ? null : { ...draft, route: null, destination: found.destination, mapping: found.mapping };
}
