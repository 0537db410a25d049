import { Combobox, Group, InputBase, ScrollArea, useCombobox } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import classes from './filter-bar.module.css';
import { useText } from './text';

/** Choice of a filter. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface ChoiceFilterProps {
  readonly label: string;
  readonly value: readonly string[];
  /** Choices in order. A chosen value that is missing here is shown as it is. */
  readonly choices: readonly Choice[];
  readonly onChange: (value: string[]) => void;
}

/** Number of choices from which the list has a search field. */
const SEARCH_FROM = 10;

/** Largest number of values that the API takes for one parameter. */
const MOST_VALUES = 20;

/** Filter of one or more values of a list. The button has the first value and the number of the others. */
export function ChoiceFilter({ label, value, choices, onChange }: ChoiceFilterProps): ReactNode {
  const text = useText();
  const [search, setSearch] = useState('');
  const missing = value.filter((one) => choices.every((choice) => choice.value !== one));
  const all = [...choices, ...missing.map((one) => ({ value: one, label: one }))];
  const isSearchable = all.length >= SEARCH_FROM;
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setSearch('');
    },
    onDropdownOpen: () => {
      if (isSearchable) combobox.focusSearchInput();
    },
  });
  const first = all.find((choice) => choice.value === value[0])?.label;
  const summary = first === undefined ? text('filter.any') : value.length > 1 ? `${first} +${value.length - 1}` : first;
  const toggle = (chosen: string): void => {
    const isChosen = value.includes(chosen);
    if (!isChosen && value.length >= MOST_VALUES) return;
    onChange(isChosen ? value.filter((one) => one !== chosen) : [...value, chosen]);
  };
  const shown = all.filter((choice) => choice.label.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <Combobox store={combobox} onOptionSubmit={toggle} width="max-content" position="bottom-start">
      <Combobox.Target targetType="button">
        <InputBase
          component="button"
          type="button"
          size="xs"
          pointer
          className={classes.choice}
          label={label}
          aria-label={`${label}: ${summary}`}
          data-filter={value.join(' ')}
          rightSection={<Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.toggleDropdown()}
        >
          <bdi className={classes.summary} data-empty={first === undefined}>
            {summary}
          </bdi>
        </InputBase>
      </Combobox.Target>
      <Combobox.Dropdown miw={140} maw="90vw">
        {isSearchable && (
          <Combobox.Search
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            placeholder={text('filter.search')}
            aria-label={text('filter.search')}
          />
        )}
        <Combobox.Options aria-label={label} aria-multiselectable>
          <ScrollArea.Autosize mah={280} type="auto">
            {shown.map((choice) => (
              <Combobox.Option key={choice.value} value={choice.value} aria-selected={value.includes(choice.value)}>
                <Group gap="sm" wrap="nowrap">
                  <IconCheck
                    size={14}
                    aria-hidden
                    className={classes.check}
                    data-chosen={value.includes(choice.value)}
                  />
                  <bdi>{choice.label}</bdi>
                </Group>
              </Combobox.Option>
            ))}
            {shown.length === 0 && <Combobox.Empty>{text('filter.nothing')}</Combobox.Empty>}
          </ScrollArea.Autosize>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
