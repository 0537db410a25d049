export { httpSms as default } from './http-sms.destination.js';
