export { BODY_SCHEMAS } from './brand-edit/body-schemas.js';
export { checkBody } from './brand-edit/check-body.js';
export { nameProblem } from './brand-edit/check-edit.js';
export type { EditChecks, FieldKinds } from './brand-edit/edit-checks.js';
export { emptyBrand, planEdit, type EditRequest } from './brand-edit/plan-edit.js';
export { subscriptionBody } from './brand-edit/subscription-body.js';
export { maskedLookups, type MaskedLookups } from './brand-edit/masked-lookups.js';
export { exportBrand, type ExportRequest } from './brand-export/export-brand.js';
export { type BrandChecks } from './brand-file/brand-checks.js';
export { brandFileSchema } from './brand-file/brand-file.schema.js';
export { checkBrand, type CheckedBrand } from './brand-file/check-brand.js';
export { mappingReads, type EventReads } from './brand-file/event-reads.js';
export { emptyValues, storedEventWarnings, type EventSample } from './brand-file/stored-event-findings.js';
export { readBrandSource, type BrandSource } from './brand-file/brand-source.js';
export { definitionHash } from './brand-file/definition-hash.js';
export {
  loadBrandDirectory,
  MAX_BRAND_FILES,
  type BrandDirectoryResult,
  type EmptyFolder,
} from './brand-file/load-brand-directory.js';
export {
  loadBrandFile,
  loadBrandText,
  type BrandFileOptions,
  type BrandFileResult,
} from './brand-file/load-brand-file.js';
export { capsContent, messagingContent } from './brand-file/messaging-definition.js';
export { displayPath } from './brand-file/display-path.js';
export { readsRemovedPath } from './brand-file/removed-paths.js';
export {
  HUB_ROLES,
  LOG_LEVELS,
  type HubEnvironment,
  type HubRole,
  type LogLevel,
  type TracingSettings,
} from './environment/hub-environment.js';
export { loadEnvironment } from './environment/load-environment.js';
export type { RedisServers } from './environment/redis-servers.js';
export { checkRedisUrl } from './environment/redis-url.js';
export { DEFAULT_HUB_SETTINGS, type HubSettings, type SignInSettings } from './hub-file/hub-settings.js';
export { loadHubFile, type HubFileResult } from './hub-file/load-hub-file.js';
export { concealReferences } from './secrets/conceal-secrets.js';
export { type ResolvedSecret } from './secrets/resolved-secret.js';
export { createSecretResolver, type SecretResolver } from './secrets/secret-resolver.js';
export { type SourceLocation, type SourceText } from './source-text.js';
export { readTextFile } from './read-text-file.js';
