export { sendGridEmail as default } from './sendgrid-email.destination.js';
