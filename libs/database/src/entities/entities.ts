import { ApiKeyEntity } from './api-key.entity.js';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { BrandEntity } from './brand.entity.js';
import { ConfigurationRevisionEntity } from './configuration-revision.entity.js';
import { ConfigurationEntity } from './configuration.entity.js';
import { DestinationEntity } from './destination.entity.js';
import { ImportEntity } from './import.entity.js';
import { HubKeyEntity } from './hub-key.entity.js';
import { LookupPauseEntity } from './lookup-pause.entity.js';
import { PersonEntity } from './person.entity.js';
import { ReplayEntity } from './replay.entity.js';
import { SessionEntity } from './session.entity.js';
import { SignInLinkEntity } from './sign-in-link.entity.js';
import { SourceEntity } from './source.entity.js';
import { SubscriptionVersionEntity } from './subscription-version.entity.js';
import { SubscriptionEntity } from './subscription.entity.js';

/**
 * Entities of the tables that TypeORM reads and writes. Decision 0061 lists the other tables, which are accessed by SQL
 * only.
 */
export const ENTITIES = [
  ApiKeyEntity,
  AuditEntryEntity,
  BrandEntity,
  ConfigurationEntity,
  ConfigurationRevisionEntity,
  DestinationEntity,
  HubKeyEntity,
  ImportEntity,
  LookupPauseEntity,
  PersonEntity,
  ReplayEntity,
  SessionEntity,
  SignInLinkEntity,
  SourceEntity,
  SubscriptionEntity,
  SubscriptionVersionEntity,
] as const;
