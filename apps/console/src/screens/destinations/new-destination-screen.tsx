import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { useUrlState } from '../../lib/use-url-state';
import { Page } from '../../ui/page';
import { typesQuery } from '../types/destination-types';
import { NewDestination, type DestinationDraft } from './new-destination';
import { useText } from './text';

/** Creates a destination: type first, then the fields of the type. */
export function NewDestinationScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const navigate = useNavigate();
  const [{ type }, setUrl] = useUrlState({ type: '' });
  const [draft, setDraft] = useState<DestinationDraft>({ name: '', values: {} });
  const label = useQuery(typesQuery).data?.data.find((one) => one.type === type)?.label;
  return (
    <Page
      title={label === undefined ? text('new.title') : text('new.titleOf', { type: label })}
      back={{ to: paths.destinations(brand), label: text('title') }}
    >
      {type === '' && <Text>{text('new.choose')}</Text>}
      <NewDestination
        brand={brand}
        type={type}
        onType={(next) => {
          setUrl({ type: next });
          setDraft({ ...draft, values: {} });
        }}
        draft={draft}
        onDraft={setDraft}
        onCreated={({ name }) => void navigate({ to: paths.destination(brand, name) })}
      />
    </Page>
  );
}
