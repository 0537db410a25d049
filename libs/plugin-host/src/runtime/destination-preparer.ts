import type { OpenDestination } from '@patchbay/core';
import { secretPaths, toInstance, type AnyDestinationDefinition } from '@patchbay/plugin-sdk';
import { sensitiveValues } from '../redaction/sensitive-values.js';

/** A destination as its plugin sees it. */
export interface PreparedDestination {
  readonly credentials: object;
  readonly settings: object;
  /** For redaction. */
  readonly secrets: readonly string[];
}

/** Makes the plugin's own classes of a destination's values, once for each opened destination. */
export class DestinationPreparer {
  private readonly prepared = new WeakMap<OpenDestination, PreparedDestination>();
  private readonly credentialSecrets: readonly string[];
  private readonly settingSecrets: readonly string[];

  constructor(private readonly definition: AnyDestinationDefinition) {
    this.credentialSecrets = secretPaths(definition.credentials);
    this.settingSecrets = secretPaths(definition.settings);
  }

  prepare(destination: OpenDestination): PreparedDestination {
    const known = this.prepared.get(destination);
    if (known !== undefined) return known;
    const { credentials, settings } = destination;
    const fresh: PreparedDestination = {
      credentials: toInstance(this.definition.credentials, credentials),
      settings: toInstance(this.definition.settings, settings),
      secrets: [
        ...sensitiveValues(credentials, this.credentialSecrets),
        ...sensitiveValues(settings, this.settingSecrets),
      ],
    };
    this.prepared.set(destination, fresh);
    return fresh;
  }
}
