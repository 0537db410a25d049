import { Alert, List } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { AlertTitle } from '../../ui/alert-title';
import { AppLink } from '../../ui/app-link';
import { isLoopback, type Source } from '../sources/source-api';
import { useText } from './text';

interface CheckListProps {
  readonly brand: string;
  readonly source: Source;
}

/** Points to check if no event arrives. */
export function CheckList({ brand, source }: CheckListProps): ReactNode {
  const text = useText();
  const { quarantined } = source.activity;
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconListCheck aria-hidden />}
      title={<AlertTitle>{text('check.title')}</AlertTitle>}
    >
      <List size="sm" spacing={4}>
        {quarantined > 0 && (
          <List.Item>
            {text('check.quarantined', { count: quarantined })}{' '}
            <AppLink to={paths.events(brand)} search={{ source: source.name, status: 'quarantined' }}>
              {text('check.showQuarantined')}
            </AppLink>
          </List.Item>
        )}
        <List.Item>{text('check.url')}</List.Item>
        {isLoopback() && <List.Item>{text('check.loopback', { host: location.host })}</List.Item>}
        <List.Item>{text('check.secret')}</List.Item>
        <List.Item>{text('check.selected')}</List.Item>
        <List.Item>{text('check.happened')}</List.Item>
      </List>
    </Alert>
  );
}
