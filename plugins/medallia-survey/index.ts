export { medalliaSurvey as default } from './medallia-survey.destination.js';
