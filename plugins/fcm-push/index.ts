export { fcmPush as default } from './fcm-push.destination.js';
