export const startSdk = 1;
