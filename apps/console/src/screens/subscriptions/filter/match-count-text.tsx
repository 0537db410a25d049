import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { EditorData } from '../editor/use-editor';
import type { Draft } from '../model/draft';
import { useText } from '../text';
import { useMatchCount } from './use-match-count';

interface MatchCountTextProps extends Pick<EditorData, 'typeOf'> {
  readonly brand: string;
  readonly draft: Draft;
}

/** Says how many of the newest events the filter of a draft takes. */
export function MatchCountText({ brand, draft, typeOf }: MatchCountTextProps): ReactNode {
  const text = useText();
  const count = useMatchCount(brand, draft, typeOf);
  const shown =
    count === undefined
      ? ''
      : count.events === 0
        ? text('trial.noEvents')
        : [
            text('filter.matches', { matched: count.matched, events: count.events }),
            ...(count.undetermined === 0 ? [] : [text('filter.undetermined', { count: count.undetermined })]),
          ].join(' ');
  return (
    <Text size="sm" c="dimmed" role="status" data-testid="match-count">
      {shown}
    </Text>
  );
}
