export { webhook as default } from './webhook.destination.js';
