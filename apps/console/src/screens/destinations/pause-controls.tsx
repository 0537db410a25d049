import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type ReactNode } from 'react';
import { fieldErrors } from '../../lib/field-errors';
import { browserNow } from '../../lib/now';
import { useZone } from '../../lib/use-zone';
import { zonedInput } from '../../lib/zoned-time';
import { ActionButton } from '../../ui/action-button';
import { ProblemAlert } from '../../ui/problem-alert';
import { TimeText } from '../../ui/time-text';
import { pauseDestination, resumeDestination, type Destination } from './destination-api';
import { isPauseEnd, PAUSE_ENDS, untilOf, type PauseEnd } from './pause-end';
import { useText } from './text';

interface PauseControlsProps {
  readonly brand: string;
  readonly destination: Destination;
  readonly onChanged: () => void;
}

/** Pauses a destination with a reason and an end, or resumes it. */
export function PauseControls({ brand, destination, onChanged }: PauseControlsProps): ReactNode {
  const text = useText();
  const [opened, setOpened] = useState(false);
  const pauseButton = useRef<HTMLButtonElement>(null);
  const resume = useMutation({
    mutationFn: () => resumeDestination(brand, destination.name),
    onSuccess: () => {
      // The button that had the focus goes.
      pauseButton.current?.focus();
      onChanged();
    },
  });
  if (destination.disabled) return null;
  return (
    <Stack gap="sm">
      <Group gap="sm">
        {destination.paused && (
          <ActionButton running={resume.isPending} onClick={() => resume.mutate()}>
            {text('pause.resume')}
          </ActionButton>
        )}
        <Button ref={pauseButton} variant="default" onClick={() => setOpened(true)}>
          {text(destination.paused ? 'pause.change' : 'pause.open')}
        </Button>
      </Group>
      {resume.error !== null && <ProblemAlert error={resume.error} />}
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={text('pause.title', { name: destination.name })}
        closeButtonProps={{ 'aria-label': text('close') }}
      >
        <PauseForm
          brand={brand}
          destination={destination}
          onPaused={() => {
            setOpened(false);
            onChanged();
          }}
        />
      </Modal>
    </Stack>
  );
}

interface PauseFormProps {
  readonly brand: string;
  readonly destination: Destination;
  readonly onPaused: () => void;
}

/** Returns the first whole minute that is at least an hour from now, in ISO 8601. */
function inAnHour(): string {
  return new Date(Math.ceil((browserNow() + 3_600_000) / 60_000) * 60_000).toISOString();
}

function PauseForm({ brand, destination, onPaused }: PauseFormProps): ReactNode {
  const text = useText();
  const zone = useZone();
  const [reason, setReason] = useState(destination.pausedBy === 'person' ? (destination.pausedReason ?? '') : '');
  const [end, setEnd] = useState<PauseEnd>('never');
  const [at, setAt] = useState(() => zonedInput(inAnHour(), zone));
  const until = untilOf(end, at, zone, browserNow());
  const pause = useMutation({
    mutationFn: (to: string | null) =>
      pauseDestination(brand, destination.name, {
        ...(reason === '' ? {} : { reason }),
        ...(to === null ? {} : { until: to }),
      }),
    onSuccess: onPaused,
  });
  const errors = fieldErrors(pause.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (until !== undefined) pause.mutate(until);
      }}
    >
      <Stack gap="md">
        <TextInput
          label={text('pause.reason')}
          description={text('pause.reasonHelp')}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        <Radio.Group
          label={text('pause.end')}
          value={end}
          onChange={(next) => {
            if (isPauseEnd(next)) setEnd(next);
          }}
        >
          <Stack gap="xs" mt="xs">
            {PAUSE_ENDS.map((one) => (
              <Radio key={one} value={one} label={text(`pause.ends.${one}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {end === 'at' && (
          <TextInput
            type="datetime-local"
            label={text('pause.at', { zone })}
            value={at}
            error={until === undefined ? text('pause.past') : errors['until']}
            onChange={(event) => setAt(event.currentTarget.value)}
          />
        )}
        {typeof until === 'string' && (
          <Text size="sm">
            {text.rich('pause.resumesAt', { at: () => <TimeText key="at" at={until} /> })}{' '}
            <bdi className="pb-code">{until.replace('.000Z', 'Z')}</bdi>
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {text('pause.help')}
        </Text>
        {pause.error !== null && <ProblemAlert error={pause.error} shownFields={['until']} />}
        <Group justify="end">
          <ActionButton type="submit" running={pause.isPending} disabled={until === undefined}>
            {text('pause.button')}
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}
