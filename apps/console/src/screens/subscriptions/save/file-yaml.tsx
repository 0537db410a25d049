import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ManagedByFile } from '../../../ui/managed-by-file';
import { toYaml } from '../mapping/yaml-value';
import { changeOf, contentOf, type Draft } from '../model/draft';
import type { Loaded } from '../queries';
import { useText } from '../text';

interface FileYamlProps {
  readonly base: Loaded;
  readonly draft: Draft;
}

/** Changed subscription of a file as YAML, because only the file changes it. Names the changed fields. */
export function FileYaml({ base, draft }: FileYamlProps): ReactNode {
  const text = useText();
  const changed = Object.keys(changeOf(base.draft, draft));
  return (
    <Stack gap="sm">
      <Text>
        {changed.length === 0
          ? text('yaml.unchanged')
          : text('yaml.changed', { fields: changed.map((field) => text.dynamic(`fields.${field}`)).join(', ') })}
      </Text>
      <ManagedByFile file={base.stored.file} yaml={fileYaml(draft)} />
    </Stack>
  );
}

/** Returns the part of a brand file with the subscription, below `subscriptions`. */
function fileYaml(draft: Draft): string {
  return toYaml({ subscriptions: { [draft.name]: contentOf(draft) } });
}
