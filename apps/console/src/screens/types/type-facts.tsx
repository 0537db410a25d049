import { Anchor, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Facts, type Fact } from '../../ui/facts';
import type { TypeSummary } from './destination-types';
import { useText } from './text';

/** Limits, status callbacks and documentation of a destination type. */
export function TypeFacts({ type }: { readonly type: TypeSummary }): ReactNode {
  const text = useText();
  const { ratePerSecond, concurrency, timeoutMs } = type.limits;
  const limits = [
    ratePerSecond === null ? null : text('facts.rate', { count: ratePerSecond }),
    concurrency === null ? null : text('facts.concurrency', { count: concurrency }),
    timeoutMs === null ? null : text('facts.timeout', { count: timeoutMs / 1_000 }),
  ].filter((part) => part !== null);
  const presets = Object.keys(type.presets);
  const facts: Fact[] = [
    { label: text('facts.type'), value: <bdi className="pb-code">{type.type}</bdi> },
    { label: text('facts.limits'), value: limits.length === 0 ? text('facts.noLimits') : limits.join(' · ') },
    { label: text('facts.callback'), value: text(type.statusCallback ? 'facts.callbackYes' : 'facts.callbackNo') },
    {
      label: text('facts.presets'),
      value:
        presets.length === 0 ? (
          text('facts.noPresets')
        ) : (
          <Group gap={6}>
            {presets.map((name) =>
              name === '*' ? (
                <Text key={name} span size="sm">
                  {text('facts.allTypes')}
                </Text>
              ) : (
                <bdi key={name} className="pb-code">
                  {name}
                </bdi>
              ),
            )}
          </Group>
        ),
    },
  ];
  if (type.docsUrl !== null && /^https?:\/\//.test(type.docsUrl)) {
    facts.push({
      label: text('facts.docs'),
      value: (
        <Anchor href={type.docsUrl} target="_blank" rel="noreferrer" className="pb-code">
          {type.docsUrl}
        </Anchor>
      ),
    });
  }
  return <Facts facts={facts} />;
}
