import { ActionIcon, Alert, Kbd, Modal, Stack, Table } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKeyboard } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useLetterKeys, useLetterKeysOff } from '../lib/use-letter-keys';
import { FIND_KEYS } from './palette';
import { useText } from './text';
import { useNavigationEntries } from './use-navigation-entries';

/** Button and key that open a dialog with all keys. */
export function KeysDialog(): ReactNode {
  const text = useText();
  const [opened, { open, close }] = useDisclosure(false);
  useLetterKeys({ '?': open });
  return (
    <>
      <ActionIcon size="lg" visibleFrom="sm" aria-label={text('keys.title')} aria-keyshortcuts="?" onClick={open}>
        <IconKeyboard size={20} aria-hidden />
      </ActionIcon>
      <Modal
        opened={opened}
        onClose={close}
        title={text('keys.title')}
        size="lg"
        closeButtonProps={{ 'aria-label': text('keys.closeThis') }}
      >
        <KeyList />
      </Modal>
    </>
  );
}

function KeyList(): ReactNode {
  const text = useText();
  const isOff = useLetterKeysOff();
  const screens = useNavigationEntries().flatMap(({ key, title }) => (key === undefined ? [] : [{ key, title }]));
  return (
    <Stack gap="md">
      {isOff && <Alert color="yellow">{text('keys.off')}</Alert>}
      <Table aria-label={text('keys.title')}>
        <Table.Tbody>
          <KeyRow keys={[FIND_KEYS]} action={text('find.placeholder')} />
          {screens.map(({ key, title }) => (
            <KeyRow key={key} keys={['g', key]} action={text('keys.open', { screen: title })} />
          ))}
          <KeyRow keys={['/']} action={text('keys.filter')} />
          <KeyRow keys={['j']} action={text('keys.nextRow')} />
          <KeyRow keys={['k']} action={text('keys.previousRow')} />
          <KeyRow keys={['Enter']} action={text('keys.openRow')} />
          <KeyRow keys={['[']} action={text('keys.previousEntry')} />
          <KeyRow keys={[']']} action={text('keys.nextEntry')} />
          <KeyRow keys={['?']} action={text('keys.list')} />
          <KeyRow keys={['Esc']} action={text('keys.close')} />
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

interface KeyRowProps {
  /** Keys to press one after the other. */
  readonly keys: readonly string[];
  readonly action: string;
}

function KeyRow({ keys, action }: KeyRowProps): ReactNode {
  return (
    <Table.Tr>
      <Table.Th scope="row" w={120}>
        <bdi dir="ltr">
          {keys.map((key) => (
            <Kbd key={key} me={4}>
              {key}
            </Kbd>
          ))}
        </bdi>
      </Table.Th>
      <Table.Td>{action}</Table.Td>
    </Table.Tr>
  );
}
