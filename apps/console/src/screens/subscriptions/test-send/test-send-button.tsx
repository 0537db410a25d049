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
  const { preview } = data.live;
  const isReady = preview !== undefined && preview.message !== null && Object.keys(data.live.errors).length === 0;
  if (!useRole('operator')) return null;
  return (
    <>
      <Button variant="default" disabled={!isReady} onClick={() => setIsOpen(true)}>
        {text('test.open')}
      </Button>
      {isOpen && data.event !== null && (
        <TestSendDialog
          brand={brand}
          draft={draft}
          event={data.event}
          category={preview?.category ?? ''}
          locale={locale}
          onClose={() => setIsOpen(false)}
        />
      )}
    </>
  );
}
