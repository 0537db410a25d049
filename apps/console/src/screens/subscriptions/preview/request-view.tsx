import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ForeignText } from '../../../ui/foreign-text';
import { JsonView } from '../../../ui/json-view';
import { useText } from '../text';
import type { Preview } from './use-preview';

interface RequestViewProps {
  readonly preview: Pick<Preview, 'request' | 'requestNote'>;
}

/** The HTTP request that the plugin would send to the vendor. */
export function RequestView({ preview: { request, requestNote } }: RequestViewProps): ReactNode {
  const text = useText();
  return (
    <Stack gap="sm">
      {requestNote !== null && (
        <Text size="sm" c="dimmed">
          <ForeignText>{requestNote}</ForeignText>
        </Text>
      )}
      {request !== null && (
        <>
          <Text className="pb-code">
            <b>{request.method}</b> {request.url}
          </Text>
          <JsonView
            text={Object.entries(request.headers)
              .map(([name, value]) => `${name}: ${value}`)
              .join('\n')}
            language="text"
            label={text('preview.headers')}
            maxHeight={160}
          />
          {request.body !== null && (
            <JsonView text={prettyBody(request.body)} language="text" label={text('preview.body')} maxHeight={320} />
          )}
          <Text size="xs" c="dimmed">
            {text('preview.masked')}
          </Text>
        </>
      )}
    </Stack>
  );
}

/** Returns a JSON body with line breaks, and a form body with one value per line. */
function prettyBody(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return /^[^\s<{]+=[^\s]*$/.test(body) ? body.replaceAll('&', '\n&') : body;
  }
}
