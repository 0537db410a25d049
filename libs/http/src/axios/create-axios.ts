import { createRequire } from 'node:module';
import type { HttpClient } from '@patchbay/plugin-sdk';
import type { AxiosInstance, AxiosStatic } from 'axios';
import { axiosAdapter } from './axios-adapter.js';
import { failedRequest } from './axios-error.js';
import { unsupported } from './axios-request.js';

const require = createRequire(import.meta.url);

/**
 * Creates an axios instance that sends through a client of the hub, with its limits, egress rules and records. See {@link
 * axiosAdapter} for the errors.
 */
export function createAxios(http: HttpClient): AxiosInstance {
  const axios = loadAxios();
  const adapter = axiosAdapter(axios, http);
  const guarded = (instance: AxiosInstance): AxiosInstance => {
    // axios runs its first interceptor last. Another adapter would send without the egress guard.
    instance.interceptors.request.use((config) => {
      if (config.adapter === adapter) return config;
      throw failedRequest(axios, config, unsupported('adapter', 'because the hub sends the requests'));
    });
    const create = instance.create.bind(instance);
    instance.create = (config) => guarded(create(config));
    return instance;
  };
  return guarded(axios.create({ adapter, env: { FormData } }));
}

/** Loads axios on first use, because it takes 20 MB of memory and few plugins use it. */
function loadAxios(): AxiosStatic {
  const loaded: unknown = require('axios');
  if (isAxios(loaded)) return loaded;
  throw new TypeError(
    'The package axios has another interface than expected. Install the version that @patchbay/http names.',
  );
}

function isAxios(loaded: unknown): loaded is AxiosStatic {
  return typeof loaded === 'function' && 'create' in loaded && 'AxiosError' in loaded && 'CanceledError' in loaded;
}
