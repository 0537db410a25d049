/** Injection tokens of the ports. Nest cannot inject by interface, because interfaces do not exist at run time. */
export const CONFIGURATION_STORE = Symbol('ConfigurationStore');
export const READ_STORE = Symbol('ReadStore');
export const STATUS_UPDATE_STORE = Symbol('StatusUpdateStore');
export const DELIVERY_INTERVENTIONS = Symbol('DeliveryInterventions');
export const REPLAY_STORE = Symbol('ReplayStore');
export const ERASURE_STORE = Symbol('ErasureStore');
export const KEY_STORE = Symbol('KeyStore');
export const AUDIT_LOG = Symbol('AuditLog');
export const MASTER_KEY_ROTATION = Symbol('MasterKeyRotation');
export const SOURCE_ADAPTERS = Symbol('SourceAdapters');
export const VAULT = Symbol('Vault');
export const CLOCK = Symbol('Clock');
export const CLOCK_CHECK = Symbol('ClockCheck');
export const ADMIN_KEY = Symbol('AdminKey');
export const LOGGER = Symbol('Logger');
export const HUB_ENVIRONMENT = Symbol('HubEnvironment');
