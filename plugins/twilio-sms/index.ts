export { twilioSms as default } from './twilio-sms.destination.js';
