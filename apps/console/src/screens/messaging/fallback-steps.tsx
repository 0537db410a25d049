import { ActionIcon, Button, Group, MultiSelect, NativeSelect, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { DurationInput } from './duration-input';
import { TRIGGERS, type FallbackStep } from './rules';
import { useText } from './text';

/** Maximum number of steps that the hub accepts. */
const MAX_STEPS = 5;

interface FallbackStepsProps {
  readonly value: readonly FallbackStep[];
  readonly onChange: (steps: readonly FallbackStep[]) => void;
  readonly destinations: readonly string[];
  readonly errors: Readonly<Record<string, string>>;
}

/** Destinations that are tried one after the other if the message does not arrive. */
export function FallbackSteps({ value, onChange, destinations, errors }: FallbackStepsProps): ReactNode {
  const text = useText();
  const replace = (index: number, step: FallbackStep): void =>
    onChange(value.map((one, at) => (at === index ? step : one)));
  const [first] = destinations;
  return (
    <Stack gap="sm" role="group" aria-label={text('fallback.title')}>
      <Text size="sm" fw={500}>
        {text('fallback.title')}
      </Text>
      {value.length === 0 && <Text c="dimmed">{text('fallback.none')}</Text>}
      {value.map((step, index) => (
        // The steps have no identity but their place.
        <Group key={index} align="start" gap="sm">
          <NativeSelect
            label={text('fallback.destination', { step: index + 1 })}
            value={step.destination}
            data={[...new Set([step.destination, ...destinations])]}
            error={errors[`messaging.fallback[${index}].destination`]}
            onChange={(event) => replace(index, { ...step, destination: event.currentTarget.value })}
          />
          <MultiSelect
            flex="1 1 220px"
            label={text('fallback.on')}
            placeholder={(step.on ?? []).length === 0 ? text('fallback.any') : ''}
            value={step.on ?? []}
            data={TRIGGERS.map((trigger) => ({ value: trigger, label: text(`triggers.${trigger}`) }))}
            error={errors[`messaging.fallback[${index}].on`]}
            onChange={(chosen) => {
              const { on: _before, ...others } = step;
              const on = TRIGGERS.filter((trigger) => chosen.includes(trigger));
              replace(index, on.length === 0 ? others : { ...others, on });
            }}
          />
          <DurationInput
            label={text('fallback.after')}
            description={text('fallback.afterHelp')}
            value={step.after}
            error={errors[`messaging.fallback[${index}].after`]}
            onChange={(after) => {
              const { after: _before, ...others } = step;
              replace(index, after === undefined ? others : { ...others, after });
            }}
          />
          <ActionIcon
            mt={24}
            aria-label={text('fallback.remove', { step: index + 1 })}
            onClick={() => onChange(value.filter((_one, at) => at !== index))}
          >
            <IconTrash size={14} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      {first !== undefined && value.length < MAX_STEPS && (
        <Group>
          <Button
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => {
              const unused = destinations.find((name) => value.every(({ destination }) => destination !== name));
              onChange([...value, { destination: unused ?? first }]);
            }}
          >
            {text('fallback.add')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
