import { Group, SegmentedControl, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { DayLine } from './day-line';
import { DurationInput } from './duration-input';
import { FallbackSteps } from './fallback-steps';
import { withRule, type Rules } from './rules';
import { useText } from './text';
import { TimeSlider } from './time-slider';

interface RulesFormProps {
  readonly value: Rules;
  readonly onChange: (rules: Rules) => void;
  /** Names of destinations for fallback steps. */
  readonly destinations: readonly string[];
  /** Event types that can cancel a message. */
  readonly eventTypes: readonly string[];
  /** Errors by path of the subscription, such as `messaging.quietHours.from`. */
  readonly errors: Readonly<Record<string, string>>;
  /** Time zone of the brand. */
  readonly zone: string;
}

/** Messaging rules of a subscription as a form, with the day's line that shows their effect. */
export function RulesForm({ value, onChange, destinations, eventTypes, errors, zone }: RulesFormProps): ReactNode {
  const text = useText();
  const [event, setEvent] = useState(20 * 60);
  const cancelOn = Array.isArray(value.cancelOn) ? { events: value.cancelOn } : value.cancelOn;
  const { from = '', to = '' } = value.quietHours ?? {};
  const setQuiet = (quiet: { from: string; to: string }): void =>
    onChange(withRule(value, 'quietHours', quiet.from === '' && quiet.to === '' ? undefined : quiet));
  return (
    <Stack gap="md">
      <Stack gap={4}>
        <Text size="sm" fw={500} id="purpose">
          {text('purpose.title')}
        </Text>
        <SegmentedControl
          size="xs"
          w="fit-content"
          aria-labelledby="purpose"
          value={value.purpose ?? 'promotional'}
          onChange={(purpose) =>
            onChange(withRule(value, 'purpose', purpose === 'transactional' ? 'transactional' : undefined))
          }
          data={[
            { value: 'promotional', label: text('purpose.promotional') },
            { value: 'transactional', label: text('purpose.transactional') },
          ]}
        />
        <Text size="xs" c="dimmed">
          {text(value.purpose === 'transactional' ? 'purpose.transactionalHelp' : 'purpose.promotionalHelp')}
        </Text>
      </Stack>
      <Group align="start" gap="md">
        <TextInput
          type="time"
          label={text('quiet.from')}
          value={from}
          error={errors['messaging.quietHours.from'] ?? (from === '' && to !== '' ? text('quiet.both') : undefined)}
          onChange={(change) => setQuiet({ from: change.currentTarget.value, to })}
        />
        <TextInput
          type="time"
          label={text('quiet.to')}
          value={to}
          error={errors['messaging.quietHours.to'] ?? (to === '' && from !== '' ? text('quiet.both') : undefined)}
          onChange={(change) => setQuiet({ from, to: change.currentTarget.value })}
        />
        {(['digest', 'sendAfter', 'expireAfter'] as const).map((rule) => (
          <DurationInput
            key={rule}
            label={text(`${rule}.title`)}
            description={text(`${rule}.help`)}
            value={value[rule]}
            error={errors[`messaging.${rule}`]}
            onChange={(duration) => onChange(withRule(value, rule, duration))}
          />
        ))}
      </Group>
      <TagsInput
        size="xs"
        label={text('cancel.title')}
        description={text('cancel.help')}
        value={cancelOn?.events ?? []}
        data={[...eventTypes]}
        error={errors['messaging.cancelOn'] ?? errors['messaging.cancelOn.events']}
        onChange={(events) => onChange(withRule(value, 'cancelOn', cancelOf(events, cancelOn?.reference)))}
      />
      <FallbackSteps
        value={value.fallback ?? []}
        destinations={destinations}
        errors={errors}
        onChange={(steps) => onChange(withRule(value, 'fallback', steps.length === 0 ? undefined : [...steps]))}
      />
      <Stack gap={4}>
        <Text size="sm" fw={500}>
          {text('line.title', { zone })}
        </Text>
        <TimeSlider value={event} onChange={setEvent} />
        <DayLine rules={value} event={event} />
      </Stack>
    </Stack>
  );
}

function cancelOf(events: string[], reference: string | undefined): Rules['cancelOn'] | undefined {
  if (events.length === 0) return undefined;
  return reference === undefined ? events : { events, reference };
}
