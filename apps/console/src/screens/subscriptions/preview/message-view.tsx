import type { ReactNode } from 'react';
import { isMembers } from '../../../lib/merge-patch';
import { MailView } from './mail-view';
import { PushCard } from './push-card';
import { RecordTable } from './record-table';
import { SmsPhone } from './sms-phone';
import type { Preview } from './use-preview';

interface MessageViewProps {
  readonly preview: Pick<Preview, 'message' | 'channel' | 'segments'>;
  readonly tag: string;
}

/** Shows a message as its recipient sees it: a phone, a notification, a mail, or a table of the record. */
export function MessageView({ preview, tag }: MessageViewProps): ReactNode {
  const message = isMembers(preview.message) ? preview.message : {};
  if (preview.channel === 'sms') return <SmsPhone message={message} segments={preview.segments} tag={tag} />;
  if (preview.channel === 'push') return <PushCard message={message} />;
  if (preview.channel === 'email') return <MailView message={message} />;
  return <RecordTable message={message} />;
}
