import { ApiKeyEntity } from './api-key.entity.js';
import { AttemptEntity } from './attempt.entity.js';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { BrandEntity } from './brand.entity.js';
import { ConfigurationRevisionEntity } from './configuration-revision.entity.js';
import { ConfigurationEntity } from './configuration.entity.js';
import { DeliveryEntity } from './delivery.entity.js';
import { DestinationEntity } from './destination.entity.js';
import { EventCustomerEntity } from './event-customer.entity.js';
import { EventEntity } from './event.entity.js';
import { HubKeyEntity } from './hub-key.entity.js';
import { IngestKeyEntity } from './ingest-key.entity.js';
import { SourceEntity } from './source.entity.js';
import { SubscriptionVersionEntity } from './subscription-version.entity.js';
import { SubscriptionEntity } from './subscription.entity.js';

/** Entities of the schema. */
export const ENTITIES = [
  ApiKeyEntity,
  AttemptEntity,
  AuditEntryEntity,
  BrandEntity,
  ConfigurationEntity,
  ConfigurationRevisionEntity,
  DeliveryEntity,
  DestinationEntity,
  EventCustomerEntity,
  EventEntity,
  HubKeyEntity,
  IngestKeyEntity,
  SourceEntity,
  SubscriptionEntity,
  SubscriptionVersionEntity,
] as const;
