import type { OpenDestination } from '@patchbay/core';
import { secretPaths, toInstance, type AnyDestinationDefinition } from '@patchbay/plugin-sdk';
import { sensitiveValues } from '../redaction/sensitive-values.js';

/** Destination with its values as instances of the plugin's classes. */
export interface PreparedDestination {
  readonly credentials: object;
  readonly settings: object;
  /** Values to redact. */
  readonly secrets: readonly string[];
}

/** Creates instances of the plugin's classes from a destination's values, once per decrypted destination. */
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
