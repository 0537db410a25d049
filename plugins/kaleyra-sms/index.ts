export { kaleyraSms as default } from './kaleyra-sms.destination.js';
