import { describe, expect, it } from '@jest/globals';
import { operationIdOf } from './api-docs.js';

describe('the id of an operation', () => {
  it.each([
    ['EventsController', 'list', 'listEvents'],
    ['DeliveriesController', 'get', 'getDelivery'],
    ['SubscriptionWritingController', 'create', 'createSubscription'],
    ['DestinationActionsController', 'pause', 'pauseDestination'],
    ['DestinationActionsController', 'rotateCallback', 'rotateCallback'],
    ['ApplyController', 'apply', 'apply'],
    ['MasterKeyController', 'rotate', 'rotateMasterKey'],
    ['AccessController', 'list', 'listAccess'],
  ])('of %s.%s is %s', (controller, method, id) => {
    expect(operationIdOf(controller, method)).toBe(id);
  });
});
