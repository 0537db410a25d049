import { request } from 'node:https';

export const used = request;
