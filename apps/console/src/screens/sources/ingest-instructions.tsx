import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconKey } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { AlertTitle } from '../../ui/alert-title';
import { CopyText } from '../../ui/copy-text';
import { Facts } from '../../ui/facts';
import type { CreatedSource } from './source-form';
import { ingestUrlOf, isLoopback } from './source-api';
import { useText } from './text';

interface IngestInstructionsProps {
  readonly created: CreatedSource;
  /** Called when the person has copied the secret. Nothing shows the secret afterwards. */
  readonly onDone: () => void;
}

/** Says where to paste the URL and the header of a new source. The only place that shows the secret. */
export function IngestInstructions({ created: { source, header }, onDone }: IngestInstructionsProps): ReactNode {
  const text = useText();
  const url = ingestUrlOf(source) ?? '';
  return (
    <Stack gap="md">
      <Alert color="teal" icon={<IconKey aria-hidden />} title={<AlertTitle>{text('secret.title')}</AlertTitle>}>
        {text('secret.once')}
      </Alert>
      <Facts
        facts={[
          { label: text('secret.url'), value: <CopyText value={url} /> },
          { label: text('secret.headerName'), value: <CopyText value={header.name} /> },
          { label: text('secret.headerValue'), value: <CopyText value={header.value} /> },
        ]}
      />
      {isLoopback() && <LoopbackNotice />}
      {source.adapter === 'capillary' ? <CapillarySteps /> : <Text size="sm">{text('secret.other')}</Text>}
      <div>
        <Button onClick={onDone}>{text('secret.done')}</Button>
      </div>
    </Stack>
  );
}

/** Says that the shown address works on this computer only. */
export function LoopbackNotice(): ReactNode {
  const text = useText();
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />}>
      {text('secret.loopback', { host: location.host })}
    </Alert>
  );
}

/** Steps on the webhook page of Capillary, in the words of that page. */
export function CapillarySteps(): ReactNode {
  const text = useText();
  const bold = { b: (chunks: ReactNode) => <bdi className="pb-code">{chunks}</bdi> };
  return (
    <List type="ordered" size="sm" spacing="xs" withPadding>
      {(['open', 'new', 'url', 'header', 'enrich', 'events', 'done'] as const).map((step) => (
        <List.Item key={step}>{text.rich(`capillary.${step}`, bold)}</List.Item>
      ))}
    </List>
  );
}
