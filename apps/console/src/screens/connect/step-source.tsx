import { Button, Group, Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { sourcesQuery } from '../../api/queries';
import { useMe } from '../../lib/use-me';
import { IngestInstructions } from '../sources/ingest-instructions';
import { SourceForm, type CreatedSource } from '../sources/source-form';
import type { ConnectDraft } from './connect-draft';
import { ExistingChoice } from './existing-choice';
import { StepFrame } from './step-frame';
import { useText } from './text';

interface StepSourceProps {
  readonly brand: string;
  readonly draft: ConnectDraft;
  readonly change: (change: Partial<ConnectDraft>) => void;
  /** Source whose secret the person has to copy now, or null. */
  readonly created: CreatedSource | null;
  readonly onCreated: (created: CreatedSource) => void;
  readonly onNext: () => void;
}

/** First step: creates a source and shows its secret once, or takes a source that exists. */
export function StepSource({ brand, draft, change, created, onCreated, onNext }: StepSourceProps): ReactNode {
  const text = useText();
  const isDemo = useMe().demoInboxUrl !== null;
  const query = useQuery(sourcesQuery(brand));
  const names = (query.data?.data ?? []).filter(({ managedBy }) => managedBy !== 'hub').map(({ name }) => name);
  const part = created !== null ? 'secret' : draft.source !== '' ? 'chosen' : 'form';
  return (
    <StepFrame key={part} title={text('source.title')} help={text('source.help')}>
      {created !== null ? (
        <Paper p="md" maw={760}>
          {isDemo && (
            <Text size="sm" mb="sm">
              {text('source.demo')}
            </Text>
          )}
          <IngestInstructions created={created} onDone={onNext} />
        </Paper>
      ) : draft.source !== '' ? (
        <Paper p="md" maw={760}>
          <Text mb="sm">{text.rich('source.chosen', { name: () => <strong key="n">{draft.source}</strong> })}</Text>
          <Group gap="sm">
            <Button onClick={onNext}>{text('next')}</Button>
            <Button variant="default" onClick={() => change({ source: '' })}>
              {text('source.other')}
            </Button>
          </Group>
        </Paper>
      ) : (
        <>
          <ExistingChoice
            label={text('source.existing')}
            names={names}
            onChoose={(name) => {
              change({ source: name });
              onNext();
            }}
          />
          <Paper p="md" maw={760}>
            <SourceForm
              brand={brand}
              draft={draft.sourceForm}
              onDraft={(sourceForm) => change({ sourceForm })}
              onCreated={(made) => {
                onCreated(made);
                change({ source: made.source.name });
              }}
            />
          </Paper>
        </>
      )}
    </StepFrame>
  );
}
