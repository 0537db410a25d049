import { createAxios } from '@patchbay/http';
import type { AxiosInstance, DestinationContext } from '@patchbay/plugin-sdk';
import type { PluginCall } from './plugin-call.js';

type Context = DestinationContext<object, object>;

/**
 * Context of one call of a plugin. The members that few plugins use are created on first use.
 *
 * A class, because V8 creates a new hidden class for every object literal with a getter. These hidden classes live in the
 * old generation and keep their calls alive until the next full garbage collection (decision 0146).
 */
export class CallContext implements Context {
  readonly credentials: Context['credentials'];
  readonly settings: Context['settings'];
  readonly http: Context['http'];
  readonly connections: Context['connections'];
  readonly logger: Context['logger'];
  readonly now: Context['now'];
  readonly lock: Context['lock'];
  readonly token: Context['token'];
  readonly accessToken: Context['accessToken'];
  readonly awsCredentials: Context['awsCredentials'];
  readonly get: Context['get'];
  readonly #call: PluginCall;
  #axios: AxiosInstance | undefined;

  constructor(members: Omit<Context, 'axios' | 'signal'>, call: PluginCall) {
    this.credentials = members.credentials;
    this.settings = members.settings;
    this.http = members.http;
    this.connections = members.connections;
    this.logger = members.logger;
    this.now = members.now;
    this.lock = members.lock;
    this.token = members.token;
    this.accessToken = members.accessToken;
    this.awsCredentials = members.awsCredentials;
    this.get = members.get;
    this.#call = call;
  }

  get axios(): AxiosInstance {
    return (this.#axios ??= createAxios(this.http));
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }
}
