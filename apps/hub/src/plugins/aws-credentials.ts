import type { SharedAwsCredentials } from '@patchbay/plugin-host';
import { DeliveryError, type AwsCredentials } from '@patchbay/plugin-sdk';
import type { Logger } from 'pino';

/**
 * Creates the source of the AWS credentials that the hub shares with the named brands. AWS's default provider finds them:
 * environment, shared files, container or role of the machine. Undefined if no brand is named, so that the hub then
 * never looks for credentials.
 */
export function sharedAwsCredentials(
  brands: readonly string[],
  logger: Pick<Logger, 'warn'>,
  provider: () => Promise<AwsCredentials> = defaultProvider(),
): SharedAwsCredentials | undefined {
  if (brands.length === 0) return undefined;
  let hasWorked = false;
  const fetch = async (): Promise<AwsCredentials> => {
    try {
      const found = await provider();
      hasWorked = true;
      return found;
    } catch (error) {
      // The text of the error may name files and addresses of the operator.
      logger.warn({ error: error instanceof Error ? error.name : typeof error }, 'AWS credentials not found');
      throw hasWorked
        ? new DeliveryError('transient', 'The hub could not renew its AWS credentials. The hub retries the delivery.')
        : new DeliveryError(
            'credentials',
            'The hub has no AWS credentials. Ask the operator to give the hub a role or an access key, then verify.',
          );
    }
  };
  return { brands, fetch };
}

/** The provider keeps the credentials until shortly before they expire. It is loaded with the first call. */
function defaultProvider(): () => Promise<AwsCredentials> {
  let loaded: Promise<() => Promise<AwsCredentials>> | undefined;
  return async () => {
    loaded ??= import('@aws-sdk/credential-provider-node').then((module) => module.defaultProvider());
    return (await loaded)();
  };
}
