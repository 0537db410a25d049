import {
  Autocomplete,
  Button,
  Group,
  NativeSelect,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  ActionIcon,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { isSameJson } from '../../../lib/merge-patch';
import type { EventField } from '../model/event-fields';
import { valueTypeOf } from '../model/event-fields';
import type { JsonObject } from '../model/json';
import { useText } from '../text';
import classes from './filter.module.css';
import { inputOf, OPERATORS, ruleSetOf, valueOf, whenOf, type Operator, type Rule, type RuleSet } from './rules';

interface FilterBuilderProps {
  /** Says what an empty filter means. */
  readonly none: string;
  readonly value: JsonObject;
  readonly onChange: (value: JsonObject) => void;
  /** Paths to choose from. Others can be typed. */
  readonly fields: readonly EventField[];
  /** Errors by path of the draft, such as `when.data.points`. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Filter as rows of conditions. Says so if the filter has parts that only JSON can express. */
export function FilterBuilder({ none, value, onChange, fields, errors }: FilterBuilderProps): ReactNode {
  const text = useText();
  // Rules without a path are not part of the filter yet, so the rows are kept beside it.
  const [draft, setDraft] = useState<RuleSet>();
  const saved = ruleSetOf(value);
  if (saved === null) return <Text c="dimmed">{text('filter.onlyJson')}</Text>;
  const shown = draft !== undefined && isSameJson(whenOf(complete(draft)), value) ? draft : saved;
  const change = (next: RuleSet): void => {
    setDraft(next);
    onChange(whenOf(complete(next)));
  };
  const replace = (index: number, rule: Rule): void =>
    change({ ...shown, rules: shown.rules.map((one, at) => (at === index ? rule : one)) });
  return (
    <Stack gap="sm">
      {shown.rules.length > 1 && (
        <SegmentedControl
          size="xs"
          w="fit-content"
          aria-label={text('filter.join')}
          value={shown.join}
          onChange={(join) => change({ ...shown, join: join === 'any' ? 'any' : 'all' })}
          data={[
            { value: 'all', label: text('filter.all') },
            { value: 'any', label: text('filter.any') },
          ]}
        />
      )}
      {shown.rules.length === 0 && <Text c="dimmed">{none}</Text>}
      {shown.rules.map((rule, index) => (
        // The rules have no identity but their place.
        <RuleRow
          key={index}
          rule={rule}
          number={index + 1}
          fields={fields}
          error={errors[`when.${rule.path}`] ?? errors[`when.${rule.path}.${rule.operator}`]}
          onChange={(next) => replace(index, next)}
          onRemove={() => change({ ...shown, rules: shown.rules.filter((_one, at) => at !== index) })}
        />
      ))}
      <Group>
        <Button
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => change({ ...shown, rules: [...shown.rules, { path: '', operator: '$eq', value: '' }] })}
        >
          {text('filter.add')}
        </Button>
      </Group>
    </Stack>
  );
}

interface RuleRowProps {
  readonly rule: Rule;
  readonly number: number;
  readonly fields: readonly EventField[];
  readonly error: string | undefined;
  readonly onChange: (rule: Rule) => void;
  readonly onRemove: () => void;
}

function RuleRow({ rule, number, fields, error, onChange, onRemove }: RuleRowProps): ReactNode {
  const text = useText();
  const field = fields.find(({ path }) => path === rule.path);
  const type = valueTypeOf(field?.type ?? '');
  const isList = rule.operator === '$in' || rule.operator === '$nin';
  const [input, setInput] = useState(inputOf(rule.value));
  const typed = isSameJson(read(input, isList), rule.value) ? input : inputOf(rule.value);
  function read(next: string, list: boolean): unknown {
    return list
      ? next
          .split(',')
          .map((one) => one.trim())
          .filter((one) => one !== '')
          .map((one) => valueOf(one, type))
      : valueOf(next, type);
  }
  const choose = (operator: Operator): void => {
    const list = operator === '$in' || operator === '$nin';
    const value = operator === '$exists' || operator === 'missing' ? null : read(typed, list);
    onChange({ ...rule, operator, value });
  };
  return (
    <div className={classes.rule}>
      <Autocomplete
        size="xs"
        aria-label={text('filter.path', { number })}
        placeholder="data."
        className={classes.path}
        value={rule.path}
        error={error}
        limit={50}
        data={fields.map(({ path }) => path)}
        onChange={(path) => onChange({ ...rule, path })}
      />
      <NativeSelect
        aria-label={text('filter.operator', { number })}
        value={rule.operator}
        data={OPERATORS.map((value) => ({ value, label: text.dynamic(`operators.${value.replace('$', '')}`) }))}
        onChange={(event) => {
          const found = OPERATORS.find((one) => one === event.currentTarget.value);
          if (found !== undefined) choose(found);
        }}
      />
      {rule.operator !== '$exists' && rule.operator !== 'missing' && (
        <TextInput
          aria-label={text('filter.value', { number })}
          className={classes.value}
          dir="auto"
          placeholder={field?.example ?? ''}
          value={typed}
          onChange={(event) => {
            setInput(event.currentTarget.value);
            onChange({ ...rule, value: read(event.currentTarget.value, isList) });
          }}
        />
      )}
      <ActionIcon aria-label={text('filter.remove', { number })} onClick={onRemove}>
        <IconTrash size={14} aria-hidden />
      </ActionIcon>
    </div>
  );
}

function complete({ join, rules }: RuleSet): RuleSet {
  return { join, rules: rules.filter(({ path }) => path !== '') };
}
