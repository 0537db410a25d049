export { awsSesEmail as default } from './aws-ses-email.destination.js';
