export { authenticateSource } from './authentication/authenticate-source.js';
export { sourceAdapters } from './source-adapters.js';
export { readRows } from './file/read-rows.js';
export { placeOpener } from './file/places/open-place.js';
