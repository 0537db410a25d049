import type { OAuthConnection, OAuthStore, OAuthTokens, OpenDestination } from '@patchbay/core';
import type { SandboxOAuth } from '../sandbox/sandbox-definition.js';

/** Time of the first refresh of a token that is due at once. */
const DUE_AT = 0;

/** OAuth connections of the destinations of a bench, in memory. */
export class BenchConnections implements Pick<OAuthStore, 'find' | 'replace' | 'refuse'> {
  private readonly connections = new Map<string, OAuthConnection>();
  private changes = 0;

  /**
   * Connects a destination, unless it is connected already.
   * @param isDue true if the token must be refreshed before its first use, which shows if the vendor accepts the
   * credentials
   */
  connect(
    { id }: OpenDestination,
    { accessToken, refreshToken }: SandboxOAuth,
    tokenUrl: string,
    isDue: boolean,
  ): void {
    if (this.connections.has(id)) return;
    const tokens = { accessToken, refreshToken, expiresAt: null, refreshAt: isDue ? DUE_AT : null, scopes: null };
    this.connections.set(id, { version: this.nextVersion(), tokens, tokenUrl, isRefused: false });
  }

  find(destinationId: string): Promise<OAuthConnection | null> {
    return Promise.resolve(this.connections.get(destinationId) ?? null);
  }

  replace(destinationId: string, version: string, tokens: OAuthTokens): Promise<boolean> {
    return Promise.resolve(this.change(destinationId, version, { tokens, version: this.nextVersion() }));
  }

  refuse(destinationId: string, version: string): Promise<void> {
    this.change(destinationId, version, { isRefused: true });
    return Promise.resolve();
  }

  private change(destinationId: string, version: string, change: Partial<OAuthConnection>): boolean {
    const found = this.connections.get(destinationId);
    if (found?.version !== version) return false;
    this.connections.set(destinationId, { ...found, ...change });
    return true;
  }

  private nextVersion(): string {
    this.changes += 1;
    return String(this.changes);
  }
}
