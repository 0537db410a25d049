import {
  Alert,
  Button,
  Fieldset,
  Group,
  NativeSelect,
  NumberInput,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { PatchbayError } from '@patchbay/client';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { taggedAnswerOf, type Tagged } from '../../api/tagged';
import { CHANNELS } from '../../lib/channels';
import { fieldErrors } from '../../lib/field-errors';
import { zoneChoices } from '../../lib/time-zones';
import { brandsQuery } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { ActionButton } from '../../ui/action-button';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { ProblemAlert } from '../../ui/problem-alert';
import {
  brandFileFields,
  brandForm,
  changeBetween,
  rebase,
  RETENTIONS,
  type Brand,
  type SavedBrand,
} from './brand-form';
import { useText } from './text';

/** Loads the writer of YAML only for a brand of a file. */
const BrandYaml = lazy(async () => ({ default: (await import('./brand-yaml')).BrandYaml }));

interface SettingsFormProps {
  readonly loaded: Tagged<Brand>;
  /** Reads the brand again. */
  readonly onRead: () => Promise<Tagged<Brand>>;
  readonly onSaved: (saved: Tagged<SavedBrand>) => void;
}

/** Form of the brand's settings. Saves only the fields that were changed, and only if nobody else changed the brand. */
export function SettingsForm({ loaded, onRead, onSaved }: SettingsFormProps): ReactNode {
  const text = useText();
  const client = useQueryClient();
  const isAdmin = useRole('admin');
  // State from which the changes are counted. A save sends the tag of this state, never the tag of a newer one.
  const [base, setBase] = useState(loaded);
  const [seenTag, setSeenTag] = useState(loaded.tag);
  const brand = base.value;
  const before = brandForm(brand);
  const [form, setForm] = useState(before);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [isRebased, setIsRebased] = useState(false);
  const [asksPrivacy, setAsksPrivacy] = useState(false);
  const change = changeBetween(before, form);
  const isChanged = Object.keys(change).length > 0;
  if (loaded.tag !== seenTag) {
    // The brand was read again, for example after the other form of the page was saved.
    setSeenTag(loaded.tag);
    const isSame = Object.keys(changeBetween(before, brandForm(loaded.value))).length === 0;
    if (!isChanged || isSame) setBase(loaded);
    if (!isChanged) setForm(brandForm(loaded.value));
  }
  const leavesPiiLess = before.mode === 'pii-less' && form.mode === 'standard';
  const errors = fieldErrors(error);
  const set = (part: Partial<typeof form>): void => setForm({ ...form, ...part });

  const save = async (): Promise<void> => {
    const query = leavesPiiLess ? ({ confirmPrivacy: 'true' } as const) : {};
    const params = { path: { brand: brand.name }, query, header: { 'If-Match': base.tag } };
    const saved = await taggedAnswerOf(api.PATCH('/v1/brands/{brand}', { params, body: change }));
    setBase(saved);
    setForm(brandForm(saved.value));
    setIsRebased(false);
    onSaved(saved);
    await client.invalidateQueries(brandsQuery);
    notifications.show({ message: text('saved') });
  };
  const trySave = async (): Promise<void> => {
    setRunning(true);
    setError(null);
    try {
      await save();
    } catch (failure) {
      if (failure instanceof PatchbayError && failure.status === 412) {
        const theirs = await onRead();
        setForm(rebase(before, form, brandForm(theirs.value)));
        setBase(theirs);
        setIsRebased(true);
      } else setError(failure);
    } finally {
      setRunning(false);
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (leavesPiiLess) setAsksPrivacy(true);
        else void trySave();
      }}
    >
      <Stack gap="lg" maw={640}>
        <Fieldset disabled={!isAdmin} legend={text('general')}>
          <Stack gap="md">
            <NativeSelect
              label={text('timezone')}
              description={text('timezoneHelp')}
              error={errors.timezone}
              data={zoneChoices(form.timezone)}
              value={form.timezone}
              onChange={(event) => set({ timezone: event.currentTarget.value })}
            />
            <NativeSelect
              label={text('retention')}
              description={text('retentionHelp')}
              error={errors.retention}
              data={RETENTIONS.map((value) => ({ value, label: text('days', { count: Number.parseInt(value, 10) }) }))}
              value={form.retention}
              onChange={(event) => set({ retention: event.currentTarget.value })}
            />
          </Stack>
        </Fieldset>
        <Fieldset disabled={!isAdmin} legend={text('privacy')}>
          <Stack gap="md">
            <NativeSelect
              label={text('mode')}
              description={text(form.mode === 'standard' ? 'standardHelp' : 'piiLessHelp')}
              data={['standard', 'pii-less']}
              value={form.mode}
              onChange={(event) => set({ mode: event.currentTarget.value === 'standard' ? 'standard' : 'pii-less' })}
            />
            <Textarea
              label={text('personal')}
              description={text('personalHelp')}
              error={errors['privacy.personal']}
              dir="ltr"
              autosize
              minRows={2}
              value={form.personal}
              onChange={(event) => set({ personal: event.currentTarget.value })}
            />
            {form.mode === 'pii-less' && (
              <Textarea
                label={text('keep')}
                description={text('keepHelp')}
                error={errors['privacy.keep']}
                dir="ltr"
                autosize
                minRows={2}
                value={form.keep}
                onChange={(event) => set({ keep: event.currentTarget.value })}
              />
            )}
          </Stack>
        </Fieldset>
        <Fieldset disabled={!isAdmin} legend={text('caps')}>
          <Text size="xs" c="dimmed" mb="sm">
            {text.rich('capsHelp', { code: (example) => <bdi className="pb-code">{example}</bdi> })}
          </Text>
          {CHANNELS.map((channel) => (
            <Group key={channel} align="end" grow mb="sm">
              <NumberInput
                label={text('capMax', { channel: text(`channels.${channel}`) })}
                error={errors[`messaging.caps.${channel}.max`]}
                placeholder={text('noCap')}
                min={1}
                allowDecimal={false}
                value={form.caps[channel].max}
                onChange={(max) =>
                  set({
                    caps: {
                      ...form.caps,
                      [channel]: { ...form.caps[channel], max: typeof max === 'number' ? max : '' },
                    },
                  })
                }
              />
              <TextInput
                label={text('capPer')}
                error={errors[`messaging.caps.${channel}.per`]}
                placeholder="1d"
                value={form.caps[channel].per}
                onChange={(event) => {
                  const per = event.currentTarget.value;
                  set({ caps: { ...form.caps, [channel]: { ...form.caps[channel], per } } });
                }}
              />
            </Group>
          ))}
        </Fieldset>
        {isRebased && (
          <Alert color="yellow" role="alert">
            {text('changedMeanwhile')}
          </Alert>
        )}
        {error !== null && <ProblemAlert error={error} shownFields={Object.keys(errors)} />}
        {brand.managedBy === 'file' ? (
          isChanged && (
            <Suspense>
              <BrandYaml file={brand.file} fields={brandFileFields(brand.name, form)} />
            </Suspense>
          )
        ) : isAdmin ? (
          <Group gap="sm">
            <ActionButton type="submit" running={running} disabled={!isChanged}>
              {text('save')}
            </ActionButton>
            <Button variant="default" disabled={!isChanged} onClick={() => setForm(before)}>
              {text('discard')}
            </Button>
          </Group>
        ) : (
          <Text c="dimmed">{text('needsAdmin')}</Text>
        )}
      </Stack>
      <ConfirmDialog
        opened={asksPrivacy}
        onClose={() => setAsksPrivacy(false)}
        title={text('leaveTitle')}
        action={text('leaveAction')}
        tick={text('leaveTick')}
        danger
        onConfirm={trySave}
      >
        <Text>{text('leaveText')}</Text>
      </ConfirmDialog>
    </form>
  );
}
