import { Autocomplete } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createContext, useContext, useState, type ReactNode } from 'react';
import { useText } from './text';

/** Values that a vendor offers for a setting, as the API lists them. */
interface VendorValues {
  readonly ok: boolean;
  readonly message: string | null;
  readonly data: readonly { readonly value: string; readonly label: string | null }[];
}

interface VendorLoader {
  /** Destination whose credentials list the values: `acme/sms`. */
  readonly destination: string;
  readonly load: (setting: string) => Promise<VendorValues>;
}

const Loader = createContext<VendorLoader | null>(null);

/** Provider of the values of a vendor. Absent in the form of a new destination, which has no credentials yet. */
export const VendorChoices = Loader.Provider;

interface VendorChoiceInputProps {
  readonly label: string;
  readonly description: string | undefined;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly required: boolean;
  /** Name of the setting. */
  readonly name: string;
  readonly value: string;
  readonly placeholder: string;
  readonly onChange: (value: string) => void;
}

/** Text input that offers the values of the vendor. The values are loaded when the input is used first. */
export function VendorChoiceInput({ name, value, description, onChange, ...input }: VendorChoiceInputProps): ReactNode {
  const text = useText();
  const loader = useContext(Loader);
  const [isUsed, setIsUsed] = useState(false);
  const { data, isFetching } = useQuery({
    queryKey: ['vendor-choices', loader?.destination, name],
    queryFn: () => loader?.load(name) ?? null,
    enabled: loader !== null && isUsed,
    staleTime: 60_000,
  });
  const labels = new Map((data?.data ?? []).map((choice) => [choice.value, choice.label]));
  const failure = data?.ok === false ? text('form.vendorFailed', { cause: data.message ?? '' }) : undefined;
  return (
    <Autocomplete
      {...input}
      name={name}
      value={value}
      description={[description, failure].filter((part) => part !== undefined).join(' ') || undefined}
      data={[...labels.keys()]}
      renderOption={({ option }) => labels.get(option.value) ?? option.value}
      loading={isFetching}
      onFocus={() => setIsUsed(true)}
      onChange={onChange}
    />
  );
}
