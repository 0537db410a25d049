import { Fieldset, NativeSelect, NumberInput, PasswordInput, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { JsonInput } from './json-input';
import { ListInput } from './list-input';
import { RecordInput } from './record-input';
import { asList, asObject, shortText, withField, type SchemaInputProps } from './schema-field';
import { useText } from './text';
import { VendorChoiceInput } from './vendor-choice-input';

/** Input of one field of a schema form, by the type of the field. */
export function SchemaInput(props: SchemaInputProps): ReactNode {
  const { field, value, onChange, errors, path, disabled } = props;
  const stored = typeof props.stored === 'boolean' ? props.stored : props.stored.includes(path);
  const text = useText();
  const help = [field.help, field.fileOnly ? text('form.fileOnly') : null].filter((part) => part !== null).join(' ');
  const common = {
    label: field.label,
    description: help === '' ? undefined : help,
    error: errors[path],
    disabled,
    // A stored secret is never read back, so the field may stay empty.
    required: field.required && !(field.secret && stored),
    name: path,
  };
  const example = shortText(field.example ?? field.default);
  const onText = (next: string): void => onChange(next === '' ? undefined : next);

  if (field.type === 'group') {
    const group = asObject(value);
    // The fields of an optional group are required only if one of them is set.
    const isSet = field.required || Object.keys(group).length > 0;
    return (
      <Fieldset legend={field.label} disabled={disabled}>
        <Stack gap="sm">
          {field.fields.map((inner) => (
            <SchemaInput
              {...props}
              key={inner.name}
              field={isSet ? inner : { ...inner, required: false }}
              path={`${path}.${inner.name}`}
              value={group[inner.name]}
              onChange={(next) => {
                const changed = withField(group, inner.name, next);
                onChange(!field.required && Object.keys(changed).length === 0 ? undefined : changed);
              }}
            />
          ))}
        </Stack>
      </Fieldset>
    );
  }
  if (field.type === 'list') {
    return <ListInput {...props} value={asList(value)} description={common.description} Entry={SchemaInput} />;
  }
  if (field.type === 'record') {
    return (
      <RecordInput
        {...common}
        value={asObject(value)}
        onChange={onChange}
        errors={errors}
        path={path}
        secret={field.secret}
      />
    );
  }
  if (field.type === 'object' || field.type === 'json')
    return <JsonInput {...common} value={value} onChange={onChange} />;
  if (field.choices !== null) {
    const options = field.choices.map((choice) => ({ value: String(choice), label: String(choice) }));
    return (
      <NativeSelect
        {...common}
        value={shortText(value ?? field.default)}
        data={[{ value: '', label: text('form.none') }, ...options]}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          onChange(field.choices?.find((choice) => String(choice) === chosen));
        }}
      />
    );
  }
  if (field.type === 'boolean') {
    return (
      <Switch
        {...common}
        required={false}
        checked={value === undefined ? field.default === true : value === true}
        // Off means absent, unless the field has a default that absence would restore.
        onChange={(event) =>
          onChange(event.currentTarget.checked || field.default === true ? event.currentTarget.checked : undefined)
        }
      />
    );
  }
  if (field.type === 'number' || field.type === 'integer') {
    return (
      <NumberInput
        {...common}
        value={typeof value === 'number' ? value : ''}
        placeholder={example}
        allowDecimal={field.type === 'number'}
        onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
      />
    );
  }
  const shown = typeof value === 'string' ? value : '';
  if (field.secret) {
    const kept = stored ? text('form.secretKept') : text('form.secretReplace');
    return (
      <PasswordInput
        {...common}
        description={[common.description, kept].filter((part) => part !== undefined).join(' ')}
        value={shown}
        autoComplete="new-password"
        placeholder={stored ? '••••••••' : example}
        onChange={(event) => onText(event.currentTarget.value)}
      />
    );
  }
  if (field.multiline) {
    return (
      <Textarea
        {...common}
        value={shown}
        placeholder={example}
        autosize
        minRows={3}
        maxRows={12}
        onChange={(event) => onText(event.currentTarget.value)}
      />
    );
  }
  if (field.fromVendor) {
    return <VendorChoiceInput {...common} value={shown} placeholder={example} onChange={onText} />;
  }
  return (
    <TextInput
      {...common}
      type={field.format === 'email' ? 'email' : field.format === 'uri' ? 'url' : 'text'}
      value={shown}
      placeholder={example}
      onChange={(event) => onText(event.currentTarget.value)}
    />
  );
}
