import { Inject, Injectable } from '@nestjs/common';
import type { HubSettings } from '@patchbay/config';
import {
  callerOfPerson,
  identityOf,
  LiveConfiguration,
  looksLikeAccessToken,
  namedValues,
  roleValues,
  ruleFor,
  type Caller,
  type Clock,
  type JsonObject,
  type Person,
  type PersonIdentity,
  type PersonStore,
  type RoleRule,
} from '@patchbay/core';
import type { Logger } from 'pino';
import { HUB_SETTINGS, LOGGER } from '../context/hub-options.js';
import { CLOCK, PERSON_STORE } from '../database/database.module.js';
import { ProblemError } from '../http/problem.js';
import { IdentityProvider, ProviderUnavailableError, TokenRefusedError } from './identity-provider.js';

/** Injection token of the {@link IdentityProvider}. Null if `patchbay.yaml` has no `signIn`. */
export const IDENTITY_PROVIDER = Symbol('IdentityProvider');

/** The hub stores that a person uses it at most once in this time, in milliseconds. */
const REMEMBER_EVERY_MS = 60_000;
/** Maximum number of people that a process keeps in memory. */
const MAX_REMEMBERED = 1_000;

/** Refusal of a person whom an administrator has removed from the hub. */
export class PersonRemovedError extends Error {
  override readonly name = 'PersonRemovedError';
}

/** Person whom the provider has identified, and who has a role. */
export interface IdentifiedPerson {
  readonly caller: Caller;
  /** Values of the roles claim that rules name. */
  readonly roleValues: readonly string[];
}

/** People whom the identity provider has identified, and their rights. */
@Injectable()
export class People {
  private readonly remembered = new Map<string, Person>();

  constructor(
    @Inject(IDENTITY_PROVIDER) private readonly provider: IdentityProvider | null,
    @Inject(HUB_SETTINGS) private readonly settings: Pick<HubSettings, 'signIn'>,
    @Inject(PERSON_STORE) private readonly store: PersonStore,
    private readonly configuration: LiveConfiguration,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Finds the caller of an access token. Resolves with null if the text is not an access token, or if the hub accepts
   * none.
   * @throws ProblemError 401 if the token is invalid, 403 if the person has no role or was removed, 503 if the provider is unavailable
   */
  async callerOfToken(token: string): Promise<Caller | null> {
    const { signIn } = this.settings;
    if (this.provider === null || signIn?.apiAudience === undefined || !looksLikeAccessToken(token)) return null;
    const claims = await this.provider.verifyAccessToken(token, signIn.apiAudience).catch((error: unknown) => {
      throw this.problemOf(error);
    });
    const identified = await this.identify(claims).catch((error: unknown) => {
      throw this.problemOf(error);
    });
    if (identified === null) throw withoutRole();
    return identified.caller;
  }

  /**
   * Finds the person whom verified claims name. Resolves with null if no rule gives the person a role; the hub then
   * stores nothing about the person.
   * @throws TokenRefusedError if the claims have no usable subject
   * @throws PersonRemovedError if the person has been removed from the hub
   */
  async identify(claims: JsonObject): Promise<IdentifiedPerson | null> {
    const { signIn } = this.settings;
    if (signIn === undefined) return null;
    const identity = identityOf(signIn.issuer, claims);
    if (identity === null) throw new TokenRefusedError('its subject is not usable');
    const values = namedValues(roleValues(claims, signIn.rolesClaim), signIn.roles);
    const rule = ruleFor(values, signIn.roles);
    if (rule === null) return null;
    const person = await this.remember(identity);
    return { caller: callerOfPerson(person, rule, await this.brandIds(rule)), roleValues: values };
  }

  /**
   * Finds the caller of a session. Resolves with null if the present rules give the person no role, or if the person
   * has been removed or belongs to another provider.
   * @param values values of the roles claim at the sign-in
   */
  async callerOfSession(person: Person, values: readonly string[]): Promise<Caller | null> {
    const { signIn } = this.settings;
    if (person.issuer !== signIn?.issuer || person.removedAt !== null) return null;
    const rule = ruleFor(values, signIn.roles);
    return rule === null ? null : callerOfPerson(person, rule, await this.brandIds(rule));
  }

  /** Reads a person of the last minute, because another process may have removed the person. Stores any other person. */
  private async remember(identity: PersonIdentity): Promise<Person> {
    const key = JSON.stringify([identity.issuer, identity.subject, identity.name]);
    const known = this.remembered.get(key);
    const isRecent = known !== undefined && this.clock.now() - known.lastSeenAt < REMEMBER_EVERY_MS;
    const found = isRecent ? await this.store.find(known.id) : null;
    if (found !== null && found.removedAt === null) return found;
    const person = found === null ? await this.store.remember(identity) : null;
    if (person === null) throw new PersonRemovedError('An administrator has removed this person.');
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
    this.remembered.set(key, person);
    return person;
  }

  private async brandIds({ brands }: RoleRule): Promise<readonly string[] | null> {
    if (brands === undefined) return null;
    await this.configuration.refresh();
    return brands.flatMap((name) => this.configuration.entryNamed(name)?.id ?? []);
  }

  private problemOf(error: unknown): unknown {
    if (error instanceof TokenRefusedError) return invalidToken(error.message);
    if (error instanceof PersonRemovedError) return removed();
    if (!(error instanceof ProviderUnavailableError)) return error;
    this.logger.warn({ reason: error.message }, 'identity provider is unavailable, refused an access token');
    return new ProblemError(
      503,
      'The identity provider is unavailable, so the access token cannot be checked. Retry after Retry-After, or use an ' +
        'API key.',
      undefined,
      { 'retry-after': '10' },
    );
  }
}

function invalidToken(reason: string): ProblemError {
  return new ProblemError(
    401,
    `The access token is invalid: ${reason}. Get a new token for this hub from the identity provider, or use an API key.`,
    undefined,
    { 'www-authenticate': 'Bearer realm="patchbay", error="invalid_token"' },
  );
}

function removed(): ProblemError {
  return new ProblemError(
    403,
    'Your account was removed from this hub. Ask an administrator to restore it with `patchbay people restore`.',
  );
}

function withoutRole(): ProblemError {
  return new ProblemError(
    403,
    'Your account has no role in this hub. Ask an administrator to add you to a group that `signIn.roles` in ' +
      'patchbay.yaml names.',
  );
}
