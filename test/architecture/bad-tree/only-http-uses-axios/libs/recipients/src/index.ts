import axios from 'axios';

export const used = axios;
