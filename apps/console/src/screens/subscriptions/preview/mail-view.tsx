import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { ForeignText } from '../../../ui/foreign-text';
import { useText } from '../text';
import classes from './preview.module.css';
import { textOf } from './text-of';

interface MailViewProps {
  readonly message: Readonly<Record<string, unknown>>;
}

/** An e-mail: its lines, and its content at two widths or as plain text. */
export function MailView({ message }: MailViewProps): ReactNode {
  const text = useText();
  const html = textOf(message, 'html');
  const plain = textOf(message, 'text');
  const [shown, setShown] = useState('wide');
  const view = html === '' ? 'plain' : shown;
  return (
    <Stack gap="sm">
      <Stack gap={0}>
        <Text size="xs" c="dimmed">
          {text('preview.to')} <bdi className="pb-code">{textOf(message, 'to')}</bdi>
        </Text>
        <Text fw={600} className={classes.subject}>
          <ForeignText>{textOf(message, 'subject')}</ForeignText>
        </Text>
      </Stack>
      {html !== '' && (
        <SegmentedControl
          size="xs"
          value={shown}
          onChange={setShown}
          aria-label={text('preview.mailAs')}
          data={[
            { value: 'wide', label: text('preview.mailWide') },
            { value: 'narrow', label: text('preview.mailNarrow') },
            { value: 'plain', label: text('preview.mailPlain') },
          ]}
        />
      )}
      {view === 'plain' ? (
        <div className={classes.bubble} dir="auto">
          {plain === '' ? <Text c="dimmed">{text('preview.emptyText')}</Text> : <ForeignText>{plain}</ForeignText>}
        </div>
      ) : (
        <>
          <MailFrame html={html} isNarrow={view === 'narrow'} />
          <Text size="xs" c="dimmed">
            {text('preview.noRemoteImages')}
          </Text>
        </>
      )}
    </Stack>
  );
}

interface MailFrameProps {
  readonly html: string;
  readonly isNarrow: boolean;
}

/** HTML of a mail in a sandboxed frame. The hub returns it with a policy that runs no script and loads nothing. */
function MailFrame({ html, isNarrow }: MailFrameProps): ReactNode {
  const text = useText();
  const name = `mail-${useId()}`;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.submit(), [html]);
  return (
    <>
      <form ref={form} method="post" action="/console/mail-frame" target={name} hidden>
        <textarea name="html" value={html} readOnly aria-hidden tabIndex={-1} />
      </form>
      <iframe name={name} title={text('preview.mail')} sandbox="" className={classes.mail} data-narrow={isNarrow} />
    </>
  );
}
