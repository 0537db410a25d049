import 'reflect-metadata';
export { callWithToken, fetchAccessToken, tokenError, type TokenRequest } from './access-token.js';
export {
  ADDRESS_KINDS,
  VENDOR_SUPPRESSION_REASONS,
  type Address,
  type AddressKind,
  type RefusedAddress,
  type VendorSuppressionReason,
} from './address.js';
export {
  MAX_BATCH_SIZE,
  MAX_BATCH_WITHIN_MS,
  type Batch,
  type BatchLimits,
  type BatchOutcome,
  type BatchResult,
} from './batch.js';
export { HTTP_RESPONSE, httpResponseOf, type AxiosInstance, type AxiosResponse } from './axios.js';
export { basicAuth } from './basic-auth.js';
export { provenCallbackUrl, requireProvenCallbackUrl, deliveryInCallbackUrl } from './callback-url.js';
export type { Socket } from 'node:net';
export type {
  Connect,
  ConnectionTarget,
  Connections,
  OpenedConnection,
  SharedConnection,
  TlsOptions,
} from './connections.js';
export { defined, type Defined } from './defined.js';
export {
  isDeliveryError,
  deliveryErrorIn,
  DELIVERY_ERROR_KINDS,
  type DeliveryErrorKind,
  type VendorResponse,
  type DeliveryErrorOptions,
  DeliveryError,
} from './delivery-error.js';
export {
  defineDestination,
  type Ctor,
  type DestinationLimits,
  type PluginLogger,
  type Token,
  type AwsCredentials,
  type DestinationContext,
  type DeliveryReference,
  type DeliveryContext,
  type BatchContext,
  type BatchMessage,
  type DeliveryResult,
  type PollResult,
  VENDOR_STATUSES,
  type VendorStatus,
  type StatusUpdate,
  type RecipientUpdate,
  type CallbackRequest,
  type CallbackContext,
  type StatusCallback,
  type SettingProblem,
  type Choice,
  type MappingTemplate,
  type DestinationAction,
  type NamedAction,
  type DestinationBase,
  type DestinationDefinition,
  type DefinitionWithActions,
  type AnyDestinationDefinition,
} from './destination.js';
export { entryOf } from './entry-of.js';
export { equalInConstantTime } from './equal-in-constant-time.js';
export type { EventEnvelope } from './event-envelope.js';
export {
  AnyOf,
  OneOf,
  Field,
  fieldsOf,
  type FieldInfo,
  type FieldFormat,
  type ItemType,
  type FieldType,
  type FieldOptions,
  DEFAULT_MAX_LENGTH,
  DEFAULT_MAX_ITEMS,
  secretPaths,
  personalPaths,
  addressPaths,
  type AddressPath,
  type DeclarationProblem,
  FIELD_FORMATS,
  isFieldFormat,
  declarationProblems,
  FieldDeclarationError,
  formatDeclarationProblem,
  jsonSchemaOf,
  SCHEMA_ANNOTATIONS,
  type NullMeaning,
  toInstance,
} from './field/index.js';
export type { DownloadRequest, HttpRequest, HttpResponse, HttpClient } from './http-client.js';
export {
  classifyStatus,
  deliveryErrorFromResponse,
  mayHaveAccepted,
  answeredAt,
  parseRetryAfter,
  RESPONSE_BODY_LIMIT,
  RETRY_AFTER_LIMIT_MS,
} from './http-status.js';
export { fieldNames } from './field-names.js';
export { isSuccess, recordedResponse } from './http-response.js';
export { joinUrl } from './join-url.js';
export {
  isJsonObject,
  isJson,
  parseJson,
  jsonObjectIn,
  objectOf,
  objectsIn,
  asText,
  textOf,
  textsIn,
  type Json,
  type JsonObject,
} from './json.js';
export { listed } from './listed.js';
export { MESSAGING_CHANNELS, type MessagingChannel } from './messaging-channel.js';
export { MAX_SEGMENTS, UNSUBSCRIBE_TEXT } from './sms/sms-fields.js';
export { smsSize, fitSms, smsText, type SmsSize, type SmsTextSettings } from './sms/sms-size.js';
export { emailCopies, emailHeaders, emailSender } from './email/email-headers.js';
export { emailAttachments, type AttachedFile } from './email/email-attachments.js';
export { EmailAttachment, EmailMessage, ONE_LINE } from './email/email-message.js';
export { EmailSettings } from './email/email-settings.js';
export type { AccessToken, OAuthDefinition, TextBySettings } from './oauth.js';
export {
  PLUGIN_CLOCK,
  PLUGIN_LOGGER,
  type PluginClock,
  type PluginModule,
  type ServiceToken,
} from './plugin-module.js';
export { SEND_AT, sendAtMs } from './send-at.js';
export { sendWithAccessToken } from './send-with-access-token.js';
export { BASE_URL, TO_PHONE } from './shared-fields.js';
export { eventTime, recipientUpdates, statusUpdates } from './updates.js';
export { vendorError, vendorErrors, type VendorErrorTable, type VendorMeaning } from './vendor-error.js';
export { VENDOR, withVendorFields } from './vendor-fields.js';
export { withoutContacts } from './without-contacts.js';
