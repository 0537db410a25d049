import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isJsonObject, type JsonObject } from '@patchbay/plugin-sdk';
import { answer, throttle } from '@patchbay/testing';
import { describeDestination, PluginBench } from '@patchbay/testing/suite';
import magentoLoyalty from './index.js';
import { attributesOf, changeOf, droppedAttributes, mergeCustomer } from './merge-customer.js';
import { encodeStrictly, oauth1Header } from './oauth1.js';
import { OauthGate } from './sandbox-oauth.js';
import sandbox, { STORE } from './sandbox.js';

const folder = new URL('.', import.meta.url);

/** The content of a documented event, as test/fixtures has it. */
function fixture(type: string): JsonObject {
  const path = new URL(`../../test/fixtures/events/${type}.json`, import.meta.url);
  const event: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return isJsonObject(event) && isJsonObject(event.data) ? event.data : {};
}

const EVENTS = Object.fromEntries(
  ['customerAdded', 'transactionAdded', 'pointsIssued', 'pointsRedeemed']
    .concat(['pointsTransferredInitiated', 'pointsTransferredReceived', 'tierUpgraded', 'tierDowngraded'])
    .map((type) => [type, fixture(type)]),
);

describeDestination(magentoLoyalty, { sandbox, folder, events: EVENTS });
