import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { AppLink } from '../../ui/app-link';
import { ForeignText } from '../../ui/foreign-text';
import { RedeliverDialog } from '../watch/redeliver-dialog';
import { useText as useWatchText } from '../watch/text';
import { deliveriesSearch, type FailureGroup } from './failure-group';
import { useText } from './text';

interface RedeliverGroupProps {
  readonly group: FailureGroup;
  readonly onClose: () => void;
}

/** Dialog that redelivers all deliveries of a cause. */
export function RedeliverGroup({ group, onClose }: RedeliverGroupProps): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const brand = useBrand();
  const { destination, errorKind, vendorCode, example, filter, status } = group;
  return (
    <RedeliverDialog selection={{ filter }} title={text('dialog.title')} onClose={onClose}>
      <Text>
        <bdi>{destination ?? watch('noDestination')}</bdi> · {watch(`errorKind.${errorKind ?? 'none'}`)}{' '}
        {vendorCode !== null && <bdi className="pb-code">{vendorCode}</bdi>}
      </Text>
      {example.message !== null && (
        <Text c="dimmed">
          <ForeignText>{example.message}</ForeignText>
        </Text>
      )}
      {status === 'unconfirmed' && <Text>{text('dialog.unconfirmed')}</Text>}
      <Text size="sm" c="dimmed">
        {text.rich('dialog.replay', {
          link: (words) => (
            <AppLink to={paths.newReplay(brand)} search={{ ...deliveriesSearch(group), mapping: 'current' }}>
              {words}
            </AppLink>
          ),
        })}
      </Text>
    </RedeliverDialog>
  );
}
