export { netcoreEmail as default } from './netcore-email.destination.js';
