import type { OpenDestination } from '@patchbay/core';
import { DeliveryError, type AwsCredentials } from '@patchbay/plugin-sdk';
import type { SharedAwsCredentials } from './host-ports.js';
import type { PluginCall } from './plugin-call.js';

/**
 * Returns the hub's AWS credentials for one call of a plugin. The call redacts their secrets.
 * @throws DeliveryError `credentials` if the destination does not ask for them or the operator does not share them
 */
export async function shareAwsCredentials(
  shared: SharedAwsCredentials | undefined,
  { brandName, credentials }: OpenDestination,
  call: PluginCall,
): Promise<AwsCredentials> {
  if (credentials.fromHub !== true) {
    throw new DeliveryError(
      'credentials',
      'The credentials of the destination have no fromHub: true, so the hub does not share its AWS credentials.',
    );
  }
  if (shared?.brands.includes(brandName) !== true) {
    throw new DeliveryError(
      'credentials',
      `The hub does not share its AWS credentials with the brand ${brandName}. Ask the operator to add the brand to ` +
        'PATCHBAY_AWS_BRANDS, or set an access key.',
    );
  }
  const endWait = call.startWaiting();
  try {
    const found = await shared.fetch();
    call.tokens.add(found.secretAccessKey);
    if (found.sessionToken !== undefined) call.tokens.add(found.sessionToken);
    return found;
  } finally {
    endWait();
  }
}
