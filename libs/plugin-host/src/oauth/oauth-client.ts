import { DeliveryError, type JsonObject, type OAuthDefinition, type TextBySettings } from '@patchbay/plugin-sdk';

/** Registration of a destination at the vendor's OAuth server, with the endpoints for its settings. */
export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  readonly pkce: boolean;
  readonly authorizeParameters: Readonly<Record<string, string>>;
  readonly clientAuthentication: 'basic' | 'body';
}

/**
 * Returns the OAuth client of a destination.
 * @param settings instance of the plugin's settings class
 * @throws DeliveryError `credentials` if the plugin returns an invalid URL for the settings
 */
export function oauthClientOf(definition: OAuthDefinition<object>, settings: object, own: JsonObject): OAuthClient {
  const { clientId, clientSecret } = own;
  return {
    clientId: typeof clientId === 'string' ? clientId : '',
    clientSecret: typeof clientSecret === 'string' ? clientSecret : '',
    authorizeUrl: urlOf('authorizeUrl', definition.authorizeUrl, settings),
    tokenUrl: urlOf('tokenUrl', definition.tokenUrl, settings),
    scopes: definition.scopes ?? [],
    pkce: definition.pkce ?? true,
    authorizeParameters: definition.authorizeParameters ?? {},
    clientAuthentication: definition.clientAuthentication ?? 'basic',
  };
}

/** A URL with another scheme, such as `javascript:`, must not reach the browser of a person. */
function urlOf(name: string, text: TextBySettings<object>, settings: object): string {
  const url = typeof text === 'function' ? text(settings) : text;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new DeliveryError(
    'credentials',
    `The plugin has no valid http or https URL for oauth.${name} with these settings. Correct the settings or the plugin.`,
  );
}
