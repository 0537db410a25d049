export { usedEventNames } from './capillary/event-names.js';
export { CapillaryRegistration, type RegistrationPlan } from './capillary/registration.js';
export { RegistrationError } from './capillary/registration-target.js';
export type {
  ConfirmedWebhook,
  PreparedSecret,
  RegisteredSource,
  Registration,
  RegistrationCheck,
  RegistrationStore,
} from './capillary/registration-store.port.js';
export { dayOf, DAY_MS, startOfDay } from './capillary/day-counts.js';
export type { CapillaryCounts, DayComparison, StoredCounts } from './capillary/day-counts.js';
export type { CapillaryEventMetrics } from './capillary/event-metrics.port.js';
export { CapillaryReconciliation } from './capillary/reconciliation.js';
export { ComparisonScopes, ReconciliationError, type ReconciliationRequest } from './capillary/comparison-scope.js';
export type { BrandGap, ReconciliationStore, RecordedDay } from './capillary/reconciliation-store.port.js';
export type { CapillaryLogApi } from './capillary/log-api.port.js';
export {
  LOG_CHECK_STATES,
  MAX_MISSING,
  type LogCheck,
  type LogCheckState,
  type MissingEvent,
  type NewLogCheck,
  type TypeCounts,
} from './capillary/log-check.js';
export type {
  ClaimedLogCheck,
  LogCheckStore,
  LoggedEvent,
  LogProgress,
  MissingByType,
} from './capillary/log-check-store.port.js';
export { LogCheckRunner } from './capillary/log-check-runner.js';
export { LogChecks } from './capillary/log-checks.js';
export { LOG_START } from './capillary/log-page.js';
export type { CapillaryWebhookApi } from './capillary/webhook-api.port.js';
export {
  WEBHOOK_FIELDS,
  type CapillaryWebhook,
  type WebhookChange,
  type WebhookField,
  type WebhookState,
} from './capillary/webhook.js';
export {
  explainEvent,
  SUBSCRIPTION_OUTCOMES,
  type ExplainedEntry,
  type SubscriptionOutcomeKind,
  type SubscriptionOutcome,
} from './admin/explain-event.js';
export { countOutcomes, DELIVERY_OUTCOMES } from './admin/delivery-outcomes.js';
export type { DeliveryOutcomes, EventOutcomes } from './admin/outcome-counts.js';
export { describeDelivery } from './admin/describe-delivery.js';
export {
  DELIVERY_EXPLANATIONS,
  explainDelivery,
  reasonCode,
  NOT_ARRIVED,
  type DeliveryExplanationCode,
} from './admin/explain-delivery.js';
export {
  FAILURES_LIMIT,
  FAILURE_STATES,
  type FailureExample,
  type FailureFilter,
  type FailureGroup,
  type Failures,
} from './admin/failures.js';
export {
  type Page,
  type PageRequest,
  CursorError,
  EVENT_STATUSES,
  type EventStatus,
  type EventFilter,
  type TakenEventFilter,
  type EventContent,
  type EventSummary,
  type StoredEvent,
  type DeliveryStatus,
  DELIVERY_STAGES,
  type DeliveryStage,
  type DeliveryFilter,
  type VendorStatusFilter,
  type DeliverySummary,
  type StoredDelivery,
  type DestinationStats,
  type Stats,
  COUNT_LIMIT,
  type DestinationRates,
  type Rates,
  RATE_WINDOW_MS,
  RATE_SAMPLE,
  type ReadStore,
  type StoredHealth,
  UNKNOWN_HEALTH,
  type SourceActivity,
  NO_ACTIVITY,
  type SeenEventType,
} from './admin/read-store.port.js';
export { SUBSCRIPTION_COUNT_LIMIT, type SubscriptionCounts } from './admin/subscription-counts.js';
export type { TimeRange } from './admin/time-range.js';
export {
  fillSeries,
  MAX_SERIES_MS,
  nextCountAt,
  SERIES_KEPT_DAYS,
  SERIES_STEP_MS,
  type SeriesCounts,
  type SeriesPoint,
  type SeriesQuery,
  type SeriesStep,
} from './series/series.js';
export type { SeriesStore } from './series/series-store.port.js';
export {
  LIVE_COUNT_LIMIT,
  LIVE_OVERLAP_MS,
  noticeOf,
  type LiveNotice,
  type LiveSnapshot,
  type NewRows,
  type RecentRows,
} from './live/live-notice.js';
export type { LiveQuery, LiveStore, RecentOfBrand } from './live/live-store.port.js';
export type { SubscriptionHistory, SubscriptionVersion } from './admin/subscription-history.port.js';
export { byBrand } from './configuration/by-brand.js';
export { fileForm } from './configuration/file-form.js';
export { jsonChanges, type JsonChange } from './configuration/json-changes.js';
export { personalOf, quarantinedBody, withPersonal, storedEnvelope } from './admin/stored-event.js';
export type { Actor, NewAuditEntry, AuditEntry, AuditPerson, AuditFilter, AuditLog } from './audit/audit-log.port.js';
export { maskedSecret, maskedSettings, MASK } from './audit/masked-values.js';
export { Batcher, type BatcherOptions } from './batcher.js';
export { type Clock, systemClock, Stopwatch } from './clock.js';
export { InProcessLocks, NestedLocks, type Locks } from './locks.js';
export {
  RETENTION_DAYS,
  FILE_FORMATS,
  CSV_ENCODINGS,
  type FileFormat,
  type CsvEncoding,
  type SourceFilesSpec,
  type FilePlaceSpec,
  type S3PlaceSpec,
  type SftpPlaceSpec,
  type RetentionDays,
  type PrivacyPolicy,
  type SourceAuth,
  GENERATED_HEADER,
  type SourceLimitsSpec,
  type SourceSpec,
  type DestinationLimitsSpec,
  type RetryPolicy,
  QUOTA_EXCESS,
  type QuotaExcess,
  type QuotaSpec,
  type DestinationMessagingSpec,
  type DestinationSpec,
  type OrderingSpec,
  type CancelOnSpec,
  FALLBACK_TRIGGERS,
  DEFAULT_FALLBACK_TRIGGERS,
  type FallbackTrigger,
  type FallbackStepSpec,
  type RouteEntrySpec,
  type MessagingSpec,
  type MessagePurpose,
  type MessageCaps,
  type SubscriptionSpec,
  type BrandDefinition,
  DEFAULT_RETRY_SCHEDULE_MS,
} from './configuration/brand-definition.js';
export type { ConfigurationNotice } from './configuration/configuration-notice.js';
export type { BrandEntry, DirectoryChanges } from './configuration/brand-entry.js';
export { brandView, CompiledBrand, recordsByBrand, type CompiledSource } from './configuration/compiled-brand.js';
export type { MigratedSettings, SettingsVersions } from './configuration/settings-versions.port.js';
export { LiveConfiguration, type LoadedStore } from './configuration/live-configuration.js';
export type {
  ManagedBy,
  PausedBy,
  LookupPauseRecord,
  BrandRecord,
  SourceRecord,
  DestinationRecord,
  FallbackStepRecord,
  RouteEntryRecord,
  MessagingRecord,
  SubscriptionVersionRecord,
  ConfigurationRecords,
} from './configuration/configuration-snapshot.js';
export {
  type ConfigurationChange,
  type BrandFile,
  BOOT_ACTOR,
  HUB_ACTOR,
  type ApplyOptions,
  type AppliedFilesResult,
  type ApplyResult,
  type ConfigurationFieldChange,
  type ConfigurationStore,
  type BrandPart,
  type EditableBrand,
  type BrandEdit,
  type DecideEdit,
  formatProblem,
  type ConfigurationProblem,
  ConfigurationError,
} from './configuration/configuration-store.port.js';
export {
  affectedTotal,
  isConfirmed,
  unconfirmedBrands,
  describeAffected,
  describePrivacy,
  type WaitingEffect,
  type AffectedDeliveries,
  type NeedsConfirmation,
  type Confirmation,
  UnconfirmedChangeError,
} from './configuration/confirmation.js';
export {
  lookupsContext,
  type HttpLookupSpec,
  type BulkLookupSpec,
  type RecipientResolverSpec,
  type EnrichmentFailurePolicy,
  type CapillaryAccess,
  type CapillaryConnection,
  type CapillaryLogSpec,
  type CapillaryEnrichmentSpec,
  type CapillaryPlatformSpec,
  enrichmentConnection,
  platformConnection,
  type PlatformSpec,
  type CapillarySection,
  type HttpEnrichmentSpec,
  type EnrichmentSpec,
  CAPILLARY_ENRICHMENTS,
  type CapillaryEnrichment,
  type BrandLookups,
} from './configuration/lookups.js';
export {
  definitionOf,
  brandSettings,
  sourceSpec,
  destinationSpec,
  openCredentials,
  subscriptionSpec,
  type StoredBrand,
  type BrandSettings,
} from './configuration/stored-brand.js';
export { mappedDestinations, type MappedDestination } from './configuration/subscription-destinations.js';
export { AttemptDelivery } from './delivery/attempt.js';
export { MappingCache, mappingScope, MessageBuilder } from './delivery/build-message.js';
export { createDispatcher } from './delivery/create-dispatcher.js';
export { DirectDelivery } from './delivery/direct-delivery.js';
export { CustomerLookups } from './delivery/customer-lookups.js';
export { stateAfterStatusUpdate, isAttemptKind } from './delivery/decide.js';
export {
  DELIVERY_STATES,
  type DeliveryState,
  type ClaimedDelivery,
  type RouteChoice,
  type ClaimedEvent,
  type AttemptRequest,
  type AttemptOutcome,
  type AttemptRecord,
  type DeliveryDecision,
} from './delivery/delivery.js';
export { placeOf, type BatchPlace } from './delivery/batch-place.js';
export type { BatchClaim, BatchClaimRequest, BatchMark } from './delivery/batch-store.port.js';
export type { ClaimRequest, ClaimResult, DeliveryStore } from './delivery/delivery-store.port.js';
export type {
  OpenDestination,
  BeforeWrite,
  BatchedMessage,
  DeliverBatchRequest,
  DeliveryMessage,
  DeliverRequest,
  PollRequest,
  FieldProblem,
  DestinationTypeFacts,
  DestinationGateway,
} from './delivery/destination-gateway.port.js';
export { DestinationHealth } from './delivery/destination-health.js';
export { Dispatcher } from './delivery/worker.js';
export type { AttemptFacts, DispatcherLog } from './delivery/dispatcher-log.js';
export { WorkerRing } from './delivery/worker-ring.js';
export type { CircuitBreaker } from './delivery/circuit-breaker.js';
export type { BreakerChange, DestinationState } from './delivery/destination-state.js';
export { DISABLED_REASON, holdReason, type DestinationPause } from './delivery/destination-pause.js';
export type { DestinationPauseStore, FailedAttempt, PauseDetails } from './delivery/destination-pause-store.port.js';
export { PausedDestinations } from './delivery/paused-destinations.js';
export { HealthReporter } from './delivery/health-reporter.js';
export { Heartbeat } from './delivery/heartbeat.js';
export {
  vendorStatusRank,
  type StatusListener,
  type TracedStatusUpdate,
  type StatusUpdateStore,
  type AttemptedDeliveryIds,
} from './delivery/status-update-store.port.js';
export type { OrderPolicy, DeliveryOrder } from './delivery/ordering.js';
export { Destinations, StoredValuesCheck } from './delivery/destinations.js';
export { candidatesOf, previewRoute, routePaths, type EntryPreview, type RouteScope } from './delivery/route.js';
export { OutcomeRecorder, type OutcomeRecorderOptions } from './delivery/settle.js';
export { Sweep } from './delivery/sweep.js';
export { timeLimitOf, MAX_TIME_LIMIT_MS } from './delivery/lease.js';
export { InvalidDestinations } from './delivery/invalid-destinations.js';
export type { WakeUps } from './delivery/wake-ups.port.js';
export type { WorkersSnapshot, WorkerRegistry } from './delivery/worker-registry.port.js';
export { SourceCounts, type SourceCount, type SourceCountStore } from './ingest/source-counts.js';
export type { HealthChange } from './delivery/health-report.js';
export { type Enriched, NOT_ENRICHED, type Enricher } from './delivery/enricher.port.js';
export { customerPathsOf, type CustomerKey } from './event/customer-key.js';
export { customerForms, type CustomerIdOrigin, type CustomerForms } from './event/customer-forms.js';
export { compilePaths, isBelow, keepOnly, removeMatching } from './event/paths.js';
export { spellingsBy } from './event/spellings.js';
export { identifierHash, isIdentifierHash, containsIdentifierHash } from './event/personal-identifier.js';
export { hiddenPathOf, type PersonalValue } from './event/personal-value.js';
export { PrivacyRules } from './event/privacy.js';
export type { SafeType, SafePath } from './event/safe-value.js';
export type {
  EventTypeInfo,
  PersonalPaths,
  JsonAdapterPaths,
  SourceAdapter,
  SourceAdapters,
  NormalisedEvent,
  ReadResult,
} from './event/source-adapter.port.js';
export { customerHash, type NewErasure, type Erasure, GRACE_PERIOD_MS } from './erasure/erasure.js';
export { ErasureRunner } from './erasure/erasure-runner.js';
export type {
  ClaimedErasure,
  CustomerHasherOf,
  ErasureStep,
  ErasureNotice,
  ErasureStore,
} from './erasure/erasure-store.port.js';
export {
  enrichmentLookup,
  lookupDiffers,
  lookupsIn,
  RESOLVER_LOOKUP,
  type LookupName,
  type NamedLookup,
} from './lookups/lookup-name.js';
export {
  LOOKUP_PAUSED,
  lookupPausedReason,
  LookupPauses,
  PausedLookupError,
  type LookupGuard,
} from './lookups/lookup-pauses.js';
export {
  MAX_HELD_COUNT,
  type FailedLookup,
  type HeldCount,
  type LookupPauseStore,
} from './lookups/lookup-pause-store.port.js';
export { capKeysOf, capOf } from './messaging/caps.js';
export { contactKey } from './messaging/destination-rules.js';
export { firstDelayMs } from './messaging/first-due.js';
export { quotaPeriod } from './messaging/quota-period.js';
export type { DeliveryMessaging } from './messaging/delivery-messaging.js';
export { formatDuration } from './messaging/format-duration.js';
export { FallbackSteps, nextStepId } from './messaging/fallback.js';
export type {
  HeldDelivery,
  CapSlot,
  CountedQuota,
  CountedSlots,
  QuotaPlace,
  DigestMember,
  DigestMemberEnd,
  CancellingEventQuery,
  TriggeredStep,
  NextStep,
  MessagingStore,
} from './messaging/messaging-store.port.js';
export { zoneOf } from './messaging/quiet-hours.js';
export { MessagePolicy, purposeOf } from './messaging/rules.js';
export { uuidV7, timeOfUuidV7, deliveryId, dedupeKey, dedupeKeyRange, DEDUPE_KEYS_KEPT_MS } from './ids.js';
export {
  type LeaseRequests,
  type NewDelivery,
  type NewEvent,
  type NewLease,
  type StoredOutcome,
  type QuarantineRefused,
  type EventStore,
  StoreRefusedError,
} from './ingest/event-store.port.js';
export { GroupCommit, type GroupOptions } from './ingest/group-commit.js';
export {
  type AdmittedHead,
  IngestAdmission,
  type SourceAuthenticator,
  type Reservation,
  FairBudget,
} from './ingest/ingest-admission.js';
export { type IngestAnswer, IngestEvents } from './ingest/ingest-events.js';
export { EVENT_ORIGINS, splitOrigin, type EventOrigin } from './ingest/event-origin.js';
export { parseEventBody, parseJsonBody, MAX_EVENT_VALUES } from './ingest/json-body.js';
export { prepareEvent, erasedEvent, effectiveTime } from './ingest/prepare-event.js';
export {
  decideAccess,
  type AccessTarget,
  type Access,
  callerId,
  callerOfKey,
  callerOfPerson,
  actorOf,
  recordedName,
  sees,
  type Caller,
  BOOTSTRAP_CALLER,
  refuseGrant,
  canManage,
} from './keys/access.js';
export {
  KEY_ROLES,
  type AdminRole,
  type KeyRole,
  type KeyGrant,
  type ApiKey,
  createKeySecret,
  hashOfSecret,
  looksLikeKey,
  bearerToken,
  presentedKey,
  type IngestKey,
} from './keys/api-key.js';
export type { NewKey, KeyUse, KeyStore } from './keys/key-store.port.js';
export { KeyUses } from './keys/key-uses.js';
export { looksLikeAccessToken } from './people/access-token.js';
export {
  identityOf,
  personActorName,
  personIdIn,
  personIdOf,
  presentName,
  type Person,
  type PersonIdentity,
} from './people/person.js';
export type { PersonStore } from './people/person-store.port.js';
export { namedValues, roleValues, ruleFor, type RoleRule } from './people/role-rules.js';
export { consolePath, isStateOf, signInSecrets, type SignInSecrets } from './people/sign-in-request.js';
export {
  bootstrapProof,
  createSessionToken,
  endOf,
  isBootstrapProof,
  latestEndOf,
  looksLikeSessionToken,
  SESSION_LIMITS,
  type CallerSession,
  type LinkOwner,
  type PersonOwner,
  type SessionOwner,
  type SessionToken,
  type StoredSession,
} from './sessions/session.js';
export type {
  FoundSession,
  NewSession,
  NewSignInLink,
  SessionAudit,
  SessionStore,
  SignInLink,
} from './sessions/session-store.port.js';
export {
  OAUTH_REQUEST_MS,
  type OAuthConnection,
  type OAuthRequest,
  type OAuthStatus,
  type OAuthStore,
  type OAuthTokens,
} from './oauth/oauth-store.port.js';
export { namesOtherHost } from './oauth/other-hosts.js';
export { FailedKeyThrottle } from './keys/failed-key-throttle.js';
export type { KeyOwner, Rewrap, WrappedKeyStore, MasterKeySource } from './keys/wrapped-key-store.port.js';
export {
  OPERATIONAL_SOURCE,
  ALERT_TYPES,
  MESSAGE_PREFIX,
  MESSAGE_TYPES,
  OPERATIONAL_TYPES,
  type MessageReported,
  type MessageType,
  type OperationalType,
  type DestinationSwitched,
  type NamedDelivery,
  type NamedSuppression,
  type StatusesMissing,
  type SuppressionsChanged,
  type CapillaryDrifted,
  type CapillaryGap,
  type CapillaryMissing,
  type ImportEnded,
  type DriftedField,
  type LookupSwitched,
  MAX_NAMED_SUPPRESSIONS,
  type DeliveriesEnded,
  MAX_NAMED_DELIVERIES,
} from './operations/operational-event.js';
export type {
  DestinationSwitchedEntry,
  DeliveriesEndedEntry,
  StatusesMissingEntry,
  SuppressionsChangedEntry,
  CapillaryDriftedEntry,
  CapillaryGapEntry,
  CapillaryMissingEntry,
  ImportEndedEntry,
  LookupSwitchedEntry,
  MessageEntry,
  OutboxEntry,
  OperationalOutbox,
  RelayLimits,
} from './operations/operational-outbox.port.js';
export { MissingStatuses, type ExpectedStatuses, type MissingStatusStore } from './operations/missing-statuses.js';
export { OperationalRelay, toOperationalEvent } from './operations/operational-relay.js';
export { draftVersion } from './preview/draft-version.js';
export {
  messageTiming,
  TIMING_OUTCOMES,
  TIMING_RULES,
  type MessageTiming,
  type TimedMessage,
  type TimingOutcome,
  type TimingRule,
} from './preview/message-timing.js';
export type { AddressedMessage } from './preview/changed-paths.js';
export { SchemaInference } from './preview/inferred-schema.js';
export { isEmptyAt } from './preview/empty-values.js';
export { pathWarnings, type PathWarning } from './preview/path-warnings.js';
export { impossibleComparison, unknownEventPath, type DeclaredType } from './preview/declared-paths.js';
export { didYouMeanPath } from './preview/known-paths.js';
export { previewMessage, type PreviewedMessage, placeholderFor } from './preview/preview-message.js';
export {
  trialCounts,
  trialEffect,
  TRIAL_CHANGES,
  type TrialChange,
  type TrialCounts,
  type TrialEffect,
  type TrialSideResult,
} from './preview/trial.js';
export { smsSegments, type SmsSegments } from './preview/sms-segments.js';
export { type Recipient, RECIPIENT_FIELDS } from './delivery/recipient.js';
export {
  HashedIdentifierError,
  type RecipientQuery,
  type RecipientSource,
  type RecipientResolver,
} from './delivery/recipient-resolver.port.js';
export {
  decideRedelivery,
  countedBeforeLastAttempt,
  cancelRefusal,
  MAX_REDELIVERED,
  type EndedDelivery,
  type IntervenedDelivery,
  type DeliveryInterventions,
  REDELIVERY_REFUSALS,
  type RedeliveryRefusal,
} from './replay/redelivery.js';
export {
  selectsDeliveries,
  skipForState,
  deliveryFilterOf,
  REPLAY_MAPPINGS,
  type ReplayMapping,
  REPLAY_STATES,
  type ReplayState,
  REPLAYABLE_STATES,
  type ReplayFilter,
  REPLAY_SKIPS,
  type ReplaySkips,
  NO_SKIPS,
  type CountByState,
  type ReplaySelection,
  type NewReplay,
  type Replay,
  type ReplayedEvent,
  type ReplayCandidate,
} from './replay/replay.js';
export { placeholderInputs, replayDifference, type ReplayDifference } from './replay/replay-difference.js';
export { ReplayPlanner, type ReplayCount, ReplayCounter } from './replay/replay-planner.js';
export { ReplayRunner } from './replay/replay-runner.js';
export {
  FileChangedError,
  FileError,
  PlaceError,
  type FileRow,
  type OpenFile,
  type ReadRows,
} from './imports/file-reader.port.js';
export {
  FILE_START,
  hasEnded,
  IMPORT_ORIGINS,
  IMPORT_STATES,
  NO_ROWS,
  originOf,
  type FilePosition,
  type Import,
  type ImportFormat,
  type ImportOrigin,
  type ImportState,
  type NewImport,
  type RowCounts,
  type RowProblem,
} from './imports/import.js';
export type { FilePlace, ListedFile, OpenPlace } from './imports/file-place.port.js';
export { ImportRunner } from './imports/import-runner.js';
export { IMPORT_SLICE_MS } from './imports/import-turn.js';
export type {
  ChunkOutcome,
  ClaimedImport,
  ImportCount,
  FileChunk,
  ImportFilter,
  ImportProgress,
  ImportStore,
  FileScan,
  WatchedSource,
} from './imports/import-store.port.js';
export { ROW_ROOTS, RowMapping } from './imports/row-mapping.js';
export { fileFinder, sealChunk } from './imports/imported-file.js';
export { ImportScanner } from './imports/import-scanner.js';
export { importSettings } from './imports/import-settings.js';
export type {
  CandidatePage,
  ClaimedReplay,
  ReplayDelivery,
  ReplayStep,
  ReplayOutcomes,
  ReplayStore,
} from './replay/replay-store.port.js';
export type { ReplayPair } from './replay/reroute.js';
export {
  sourceOrTypeMismatch,
  describeMismatch,
  MISMATCHES,
  type Mismatch,
  type MismatchKind,
} from './ingest/explain-match.js';
export { filterScope, matchesEventPattern } from './ingest/routing.js';
export { type Vault, type BrandVault, VaultError } from './vault.port.js';
export { isJson, isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
export {
  newSuppression,
  SuppressionList,
  SUPPRESSED_REASONS,
  isSuppressedReason,
  type SuppressedOutcome,
  type VendorReport,
} from './suppressions/suppression-list.js';
export type { HashedAddress, SuppressionFilter, SuppressionStore } from './suppressions/suppression-store.port.js';
export {
  addressHash,
  addressesIn,
  normalisedAddress,
  stoppingRule,
  SUPPRESSION_ORIGINS,
  SUPPRESSION_REASONS,
  vendorScope,
  type NewSuppression,
  type Suppression,
  type SuppressionOrigin,
  type SuppressionReason,
  type SuppressionRule,
  type SuppressionScope,
  type SuppressibleMessage,
} from './suppressions/suppression.js';
export { consentFor, consentRulesFor } from './delivery/consent.js';
export type {
  AttemptTrace,
  LookupTrace,
  BatchTrace,
  CallTrace,
  ClaimTrace,
  CommitTrace,
  IngestTrace,
  RequestTrace,
  Traces,
} from './tracing/traces.port.js';
