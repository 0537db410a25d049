import { List, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { withDurations } from '../../../lib/duration';
import { ForeignText } from '../../../ui/foreign-text';
import { TimeText } from '../../../ui/time-text';
import { inputOf } from '../filter/rules';
import { useText } from '../text';
import type { Preview } from './use-preview';

interface WhyViewProps {
  readonly preview: Pick<Preview, 'matched' | 'mismatch' | 'clause' | 'timing'>;
}

/** Answer to two questions: why the subscription takes the event or not, and when the message would be sent. */
export function WhyView({ preview: { matched, mismatch, clause, timing } }: WhyViewProps): ReactNode {
  const text = useText();
  const locale = useLocale();
  const verdict = matched === null ? 'undetermined' : matched ? 'yes' : 'no';
  return (
    <Stack gap="sm">
      <Text fw={600} data-testid="verdict">
        {text(`why.${verdict}`)}
      </Text>
      {mismatch !== null && mismatch !== 'filter' && <Text>{text(`why.${mismatch}`)}</Text>}
      {clause !== null && (
        <Text>
          <bdi className="pb-code">
            {clause.path} {clause.operator} {inputOf(clause.expected)}
          </bdi>{' '}
          · {text('why.was')} <bdi className="pb-code">{inputOf(clause.actual)}</bdi>
        </Text>
      )}
      {timing !== null && (
        <>
          <Text>
            {text(`timing.${timing.outcome}`)} {timing.at !== null && <TimeText at={timing.at} relative />}
          </Text>
          {timing.steps.length > 0 && (
            <List size="sm">
              {timing.steps.map(({ rule, values }) => (
                <List.Item key={rule}>
                  <b>{text(`rules.${rule}`)}</b>:{' '}
                  {text.rich(`effects.${rule}`, {
                    ...withDurations(values, locale),
                    events: () => <bdi className="pb-code">{values['events']}</bdi>,
                    until: () => <TimeText at={String(values['until'])} />,
                    reason: () => <ForeignText>{String(values['reason'])}</ForeignText>,
                  })}
                </List.Item>
              ))}
            </List>
          )}
        </>
      )}
    </Stack>
  );
}
