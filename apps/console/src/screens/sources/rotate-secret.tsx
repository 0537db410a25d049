import { Button, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Tagged } from '../../api/tagged';
import { isMembers } from '../../lib/merge-patch';
import { ActionButton } from '../../ui/action-button';
import { ProblemAlert } from '../../ui/problem-alert';
import { CopyText } from '../../ui/copy-text';
import { newSecret } from './new-source';
import { changeSource, sourceQuery, type Source } from './source-api';
import { useText } from './text';

interface RotateSecretProps {
  readonly brand: string;
  readonly source: Tagged<Source>;
}

/** Replaces the secret of a source. The old secret stays valid only if the person enters it, because nobody can read it. */
export function RotateSecret({ brand, source: { value, tag } }: RotateSecretProps): ReactNode {
  const text = useText();
  const client = useQueryClient();
  const [old, setOld] = useState('');
  const [secret, setSecret] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const auth = rotated(value.auth, old);
  if (auth === null) return null;
  const rotate = async (): Promise<void> => {
    setSaving(true);
    setError(null);
    const next = newSecret();
    try {
      const patch = { auth: auth(next) };
      const saved = await changeSource(brand, value.name, { patch, tag, atMost: 0 });
      client.setQueryData(sourceQuery(brand, value.name).queryKey, saved);
      setSecret(next);
      setOld('');
    } catch (failure) {
      setError(failure);
    } finally {
      setSaving(false);
    }
  };
  return (
    <Paper p="md" component="section">
      <Stack gap="sm">
        <Title order={2}>{text('rotate.title')}</Title>
        {secret === null ? (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void rotate();
            }}
          >
            <Stack gap="sm">
              <Text size="sm">{text('rotate.help')}</Text>
              <PasswordInput
                label={text('rotate.old')}
                description={text('rotate.oldHelp')}
                value={old}
                autoComplete="off"
                onChange={(event) => setOld(event.currentTarget.value)}
              />
              {error !== null && <ProblemAlert error={error} />}
              <Group>
                <ActionButton variant="default" running={saving} type="submit">
                  {text('rotate.button')}
                </ActionButton>
              </Group>
            </Stack>
          </form>
        ) : (
          <>
            <Text size="sm">{text('secret.once')}</Text>
            <CopyText value={secret} />
            <Group>
              <Button variant="default" onClick={() => setSecret(null)}>
                {text('secret.done')}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Paper>
  );
}

/** Returns the function that makes the `auth` of a source with a new secret. Null if the source has several methods. */
function rotated(auth: Readonly<Record<string, unknown>>, old: string): ((secret: string) => object) | null {
  const secrets = (secret: string): string[] => (old === '' ? [secret] : [secret, old]);
  const { headers } = auth;
  if (Object.keys(auth).length !== 1) return null;
  if ('bearer' in auth) return (secret) => ({ bearer: secrets(secret) });
  const names = isMembers(headers) ? Object.keys(headers) : [];
  const [name] = names;
  return name === undefined || names.length > 1 ? null : (secret) => ({ headers: { [name]: secrets(secret) } });
}
