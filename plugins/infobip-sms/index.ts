export { infobipSms as default } from './infobip-sms.destination.js';
