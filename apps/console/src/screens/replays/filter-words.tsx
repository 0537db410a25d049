import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ForeignText } from '../../ui/foreign-text';
import { useStateName } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { useText as useWatchText } from '../watch/text';
import { useText } from './text';

interface FilterWordsProps {
  /** Filter of a replay, as the API returns it. */
  readonly filter: Readonly<Record<string, unknown>>;
}

/** Filter of a replay in words: each field with its value. */
export function FilterWords({ filter }: FilterWordsProps): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const stateName = useStateName();
  const show = (name: string, value: string): ReactNode => {
    if (name === 'from' || name === 'to') return <TimeText at={value} />;
    if (name === 'status' || name === 'vendorStatus') return stateName(value);
    if (name === 'errorKind') return watch.has(`errorKind.${value}`) ? watch.dynamic(`errorKind.${value}`) : value;
    if (name === 'stage') return watch.has(`stages.${value}`) ? watch.dynamic(`stages.${value}`) : value;
    if (name === 'vendorCode' && value === '') return watch('filter.noCode');
    return <ForeignText>{value}</ForeignText>;
  };
  const given = Object.entries(filter).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return (
    <Group gap="md">
      {given.map(([name, value]) => (
        <span key={name}>
          <Text span c="dimmed">
            {text.has(`filter.${name}`) ? text.dynamic(`filter.${name}`) : name}
          </Text>{' '}
          {show(name, value)}
        </span>
      ))}
    </Group>
  );
}
