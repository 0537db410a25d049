import { List, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ForeignText } from '../../../ui/foreign-text';
import { TimeText } from '../../../ui/time-text';
import { inputOf } from '../filter/rules';
import { useText } from '../text';
import type { Preview } from './use-preview';

interface WhyViewProps {
  readonly preview: Pick<Preview, 'matched' | 'reason' | 'clause' | 'timing'>;
}

/** Answer to two questions: why the subscription takes the event or not, and when the message would be sent. */
export function WhyView({ preview: { matched, reason, clause, timing } }: WhyViewProps): ReactNode {
  const text = useText();
  const verdict = matched === null ? 'undetermined' : matched ? 'yes' : 'no';
  return (
    <Stack gap="sm">
      <Text fw={600} data-testid="verdict">
        {text(`why.${verdict}`)}
      </Text>
      {reason !== null && (
        <Text>
          <ForeignText>{reason}</ForeignText>
        </Text>
      )}
      {clause !== null && (
        <Text className="pb-code">
          {clause.path} {clause.operator} {inputOf(clause.expected)} · {text('why.was')} {inputOf(clause.actual)}
        </Text>
      )}
      {timing !== null && (
        <>
          <Text>
            {text(`timing.${timing.outcome}`)} {timing.at !== null && <TimeText at={timing.at} relative />}
          </Text>
          {timing.steps.length > 0 && (
            <List size="sm">
              {timing.steps.map(({ rule, message }) => (
                <List.Item key={rule}>
                  <b>{text.has(`rules.${rule}`) ? text.dynamic(`rules.${rule}`) : rule}</b>:{' '}
                  <ForeignText>{message}</ForeignText>
                </List.Item>
              ))}
            </List>
          )}
        </>
      )}
    </Stack>
  );
}
