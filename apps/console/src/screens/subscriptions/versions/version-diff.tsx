import { Paper, Stack, Text, Title } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../../api/client';
import { ForeignText } from '../../../ui/foreign-text';
import { QueryState } from '../../../ui/query-state';
import { toYaml } from '../mapping/yaml-value';
import classes from '../preview/preview.module.css';
import { useText } from '../text';

interface VersionDiffProps {
  readonly brand: string;
  readonly name: string;
  readonly version: string;
}

/** Fields that a version changed, each with its value before and after. */
export function VersionDiff({ brand, name, version }: VersionDiffProps): ReactNode {
  const text = useText();
  const query = useQuery({
    queryKey: ['subscriptions', brand, 'diff', name, version],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/v1/brands/{brand}/subscriptions/{name}/versions/{version}/diff', {
          params: { path: { brand, name, version: Number(version) } },
          signal,
        }),
      ),
  });
  return (
    <Paper p="md" component="section" aria-label={text('versions.diff', { version })}>
      <Stack gap="sm">
        <Title order={2}>{text('versions.diff', { version })}</Title>
        <QueryState query={query}>
          {({ changes }) =>
            changes.filter(isShown).map(({ field, before, after }) => (
              <div key={field}>
                <Text className="pb-code" fw={600}>
                  {field}
                </Text>
                {before !== null && (
                  <span className={classes.before} dir="auto">
                    − <ForeignText>{shown(before)}</ForeignText>
                  </span>
                )}
                {after !== null && (
                  <span className={classes.after} dir="auto">
                    + <ForeignText>{shown(after)}</ForeignText>
                  </span>
                )}
              </div>
            ))
          }
        </QueryState>
      </Stack>
    </Paper>
  );
}

/** Returns true if a change says something: a field that stays empty, or is set to its default, does not. */
function isShown({ before, after }: { readonly before: unknown; readonly after: unknown }): boolean {
  return !isEmpty(before) || !isEmpty(after);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : toYaml(value).trimEnd();
}
