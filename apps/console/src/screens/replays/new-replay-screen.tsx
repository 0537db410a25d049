import { Button, Checkbox, Group, Paper, Radio, Stack, Text, TextInput, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { browserNow } from '../../lib/now';
import { useBrand } from '../../lib/use-brand';
import { useUrlState } from '../../lib/use-url-state';
import { Page } from '../../ui/page';
import { EMPTY_FORM, filterOf, rateOf, selectsDeliveries, type ReplayForm } from './replay-form';
import { ReplayFields } from './replay-fields';
import { ReplayCheck } from './replay-check';
import { useText } from './text';

const NOT_COUNTED = { ...EMPTY_FORM, check: '' };

/** Puts a replay together: what is sent again, how, and the count of the hub before it starts. */
export function NewReplayScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const [state, setState] = useUrlState(NOT_COUNTED);
  const isEmpty = Object.keys(filterOf(state, browserNow())).length === 0;
  const isRateValid = rateOf(state) !== null;
  // A count is about what was chosen when it was made.
  const change = (part: Partial<ReplayForm>): void => setState({ ...part, check: '' });
  return (
    <Page title={text('new')} back={{ to: paths.replays(brand), label: text('title') }}>
      <Paper p="md" component="section">
        <Stack gap="sm">
          <Title order={2}>{text('steps.what')}</Title>
          <Text c="dimmed">{text('steps.whatHelp')}</Text>
          <ReplayFields form={state} onChange={change} />
          {!selectsDeliveries(state) && (
            <Checkbox
              label={text('includeSucceeded.label')}
              description={text('includeSucceeded.help')}
              checked={state.includeSucceeded === '1'}
              onChange={(event) => change({ includeSucceeded: event.currentTarget.checked ? '1' : '' })}
            />
          )}
        </Stack>
      </Paper>
      <Paper p="md" component="section">
        <Stack gap="sm">
          <Title order={2}>{text('steps.how')}</Title>
          <Radio.Group label={text('mapping.label')} value={state.mapping} onChange={(mapping) => change({ mapping })}>
            <Stack gap="xs" pt={4}>
              <Radio value="recorded" label={text('mapping.recorded')} description={text('mapping.recordedHelp')} />
              <Radio value="current" label={text('mapping.current')} description={text('mapping.currentHelp')} />
            </Stack>
          </Radio.Group>
          <TextInput
            label={text('rate.label')}
            description={text('rate.help')}
            value={state.rate}
            error={isRateValid ? null : text('rate.wrong')}
            onChange={(event) => setState({ rate: event.currentTarget.value }, { replace: true })}
            inputMode="decimal"
            maw={320}
          />
        </Stack>
      </Paper>
      {state.check === '' ? (
        <Group gap="sm">
          <Button disabled={isEmpty} onClick={() => setState({ check: '1' })}>
            {text('steps.count')}
          </Button>
          <Text c="dimmed">{text(isEmpty ? 'steps.chooseFirst' : 'steps.countHelp')}</Text>
        </Group>
      ) : (
        !isEmpty && <ReplayCheck form={state} isReady={isRateValid} />
      )}
    </Page>
  );
}
