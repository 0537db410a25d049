export { environmentMasterKeys } from './environment-master-keys.js';
export { fileMasterKeys } from './file-master-keys.js';
export { MasterKeyCheck, type MasterKeyState } from './master-key-check.js';
export { MasterKeyRing } from './master-key-ring.js';
export { MasterKeyRotation } from './master-key-rotation.js';
export { openVault, createHubKey, createVault } from './vault.js';
