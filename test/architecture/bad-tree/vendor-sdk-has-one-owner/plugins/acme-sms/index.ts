import twilio from 'twilio';

export const used = twilio;
