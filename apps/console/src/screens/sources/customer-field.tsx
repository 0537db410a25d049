import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from './text';

interface CustomerFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: ReactNode;
  readonly disabled?: boolean;
}

/** Example of the template, which is not a text to translate. */
const EXAMPLE = '{{ data.customerIdentifiers.instore.mobile }}';

/** Separator of the paths. The space must not break, and the direction is that of the template. */
function Separator(): ReactNode {
  return (
    <bdi className="pb-code" dir="ltr">
      {'|\u00a0default:'}
    </bdi>
  );
}

/** Field for the identifier by which a source recognises a customer. */
export function CustomerField({ value, onChange, error, disabled = false }: CustomerFieldProps): ReactNode {
  const text = useText();
  return (
    <TextInput
      label={text('form.customer')}
      description={text.rich('form.customerHelp', { code: () => <Separator key="code" /> })}
      placeholder={EXAMPLE}
      dir="ltr"
      spellCheck={false}
      disabled={disabled}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
