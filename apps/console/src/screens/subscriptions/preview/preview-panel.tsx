import { Alert, List, NativeSelect, Paper, Stack, Tabs, Text, Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { ForeignText } from '../../../ui/foreign-text';
import { ProblemAlert } from '../../../ui/problem-alert';
import { useText } from '../text';
import { MessageView } from './message-view';
import type { Part } from './parts';
import classes from './preview.module.css';
import { RequestView } from './request-view';
import { RouteEntries, RouteResult } from './route-result';
import type { LivePreview, Preview } from './use-preview';
import { WarningList } from './warning-list';
import { WhyView } from './why-view';

interface PreviewPanelProps {
  readonly live: LivePreview;
  /** Chooser of the event, or a sentence about the example. */
  readonly picker: ReactNode;
  /** False while the draft lacks its source, event types or destination. */
  readonly isComplete: boolean;
  /** False if there is neither a stored event nor an example. */
  readonly hasEvent: boolean;
  readonly tab: string;
  readonly onTab: (tab: string) => void;
  /** Languages of the mapping; empty if it has one message for all. */
  readonly tags: readonly string[];
  readonly tag: string;
  readonly onTag: (tag: string) => void;
  /** Messages to choose from. The event decides the first message. */
  readonly parts: readonly Part[];
  readonly part: Part;
  readonly onPart: (key: string) => void;
  /** Entries of the route and which of them the event decides. Null without a route, or until that is known. */
  readonly route: Preview['route'];
}

/** Live preview of a draft: message, request, and why and when it is sent. Nothing is sent. */
export function PreviewPanel(props: PreviewPanelProps): ReactNode {
  const { live, picker, isComplete, hasEvent, tab, onTab, tags, tag, onTag, parts, part, onPart, route } = props;
  const text = useText();
  const { preview, isStale, problem } = live;
  const partName = ({ entry, step, destination }: Part): string => {
    if (step > 0) return text('preview.stepOf', { step, destination });
    if (entry > 0) return text('preview.entryOf', { entry, destination });
    return destination === '' ? text('preview.decided') : destination;
  };
  // Most texts of the hub begin with a verb, so the field is their subject.
  const fields = Object.entries(live.errors).map(([field, detail]) => `${field} ${detail}`.trim());
  return (
    <Paper className={classes.panel} p="md" component="section" aria-label={text('preview.title')}>
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Title order={2}>{text('preview.title')}</Title>
          {tags.length > 0 && (
            <NativeSelect
              aria-label={text('preview.language')}
              value={tag}
              onChange={(event) => onTag(event.currentTarget.value)}
              data={[...tags]}
            />
          )}
        </Group>
        {picker}
        {parts.length > 1 && (
          <NativeSelect
            aria-label={text('preview.part')}
            value={part.key}
            onChange={(event) => onPart(event.currentTarget.value)}
            data={parts.map((one) => ({ value: one.key, label: partName(one) }))}
          />
        )}
        {route !== null && part.key === '' && <RouteResult route={route} />}
        {problem !== null && <ProblemAlert error={problem} title={text('preview.failed')} />}
        {fields.length > 0 && preview !== undefined && (
          <Alert color="yellow" role="status" p="sm">
            {text('preview.lastGood')} <ForeignText>{fields[0] ?? ''}</ForeignText>
          </Alert>
        )}
        {fields.length > 0 && preview === undefined && (
          <Alert color="yellow" role="status" p="sm">
            <List size="sm">
              {fields.map((detail) => (
                <List.Item key={detail}>
                  <ForeignText>{detail}</ForeignText>
                </List.Item>
              ))}
            </List>
          </Alert>
        )}
        {preview === undefined ? (
          fields.length === 0 &&
          problem === null && (
            <div className={classes.empty}>
              {text(!isComplete ? 'preview.incomplete' : hasEvent ? 'preview.loading' : 'preview.noEvent')}
            </div>
          )
        ) : (
          <div className={fields.length > 0 ? classes.stale : undefined} data-testid="preview" data-stale={isStale}>
            <Tabs value={tab} onChange={(next) => next !== null && onTab(next)} keepMounted={false}>
              <Tabs.List mb="sm">
                <Tabs.Tab value="message">{text('preview.message')}</Tabs.Tab>
                <Tabs.Tab value="request">{text('preview.request')}</Tabs.Tab>
                <Tabs.Tab value="why">{text('preview.why')}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="message">
                <MessageTab preview={preview} tag={tag} isStep={part.step > 0} />
              </Tabs.Panel>
              <Tabs.Panel value="request">
                <RequestView preview={preview} />
              </Tabs.Panel>
              <Tabs.Panel value="why">
                <WhyView preview={preview} />
                {route !== null && <RouteEntries route={route} />}
              </Tabs.Panel>
            </Tabs>
          </div>
        )}
      </Stack>
    </Paper>
  );
}

interface MessageTabProps {
  readonly preview: Preview;
  readonly tag: string;
  /** True for a fallback step, whose warnings show nowhere else. */
  readonly isStep: boolean;
}

function MessageTab({ preview, tag, isStep }: MessageTabProps): ReactNode {
  const text = useText();
  return (
    <Stack gap="sm">
      {preview.matched === false && (
        <Text size="sm" c="var(--pb-attention)">
          {text('why.no')}
        </Text>
      )}
      {preview.message !== null && <MessageView preview={preview} tag={tag} />}
      {isStep && <WarningList warnings={preview.warnings} />}
      {preview.problems.length > 0 && (
        <Alert color="red" p="sm" title={text('preview.cannotBeSent')}>
          <List size="sm">
            {preview.problems.map(({ field, message }) => (
              <List.Item key={`${field} ${message}`}>
                <bdi className="pb-code">{field}</bdi>: <ForeignText>{message}</ForeignText>
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Stack>
  );
}
