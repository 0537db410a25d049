import { Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { actorOf, type Caller, type PersonStore } from '@patchbay/core';
import { PERSON_STORE } from '../../database/database.module.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { ProblemError } from '../../http/problem.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { PageQuery, readPage } from '../common/page.dto.js';
import { isStoredId } from '../common/stored-id.js';
import { PersonDto, PersonPageDto, PersonRemovalQuery, personView } from './person.dto.js';

/** Endpoints that list, remove and restore people. They concern the whole hub. */
@AdminController('v1/people', 'people')
@RequiresRole('admin')
export class PeopleController {
  constructor(@Inject(PERSON_STORE) private readonly people: PersonStore) {}

  /** Lists people. */
  @Get()
  @ApiOperation({
    operationId: 'listPeople',
    summary: 'List the people who have used the hub, newest first',
    description: 'Contains everybody who signed in or called the API with an access token, also removed people.',
  })
  @ApiOkResponse({ type: PersonPageDto })
  async list(@KnownQuery() query: PageQuery): Promise<PersonPageDto> {
    const { data, nextCursor } = await readPage(query, (page) => this.people.list(page));
    return { data: data.map(personView), nextCursor };
  }

  /** Removes a person, or erases the person, also if removed before. */
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'removePerson',
    summary: 'Remove a person',
    description:
      'Ends the sessions of the person. Once this has returned, every process refuses the sessions, access tokens and ' +
      'sign-ins of the person. The audit log continues to show the name. Keys that the person created stay: revoke ' +
      'them as well. With `erase`, the hub deletes the name and also forgets that the person was removed: a valid ' +
      'access token or sign-in is then accepted as a new person. Remove the account or its groups at the identity ' +
      'provider first.',
  })
  @ApiNoContentResponse({ description: 'The person is removed' })
  @ApiProblem(404, 'The person does not exist')
  async remove(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @KnownQuery() { erase }: PersonRemovalQuery,
  ): Promise<void> {
    const actor = actorOf(caller);
    await this.change(id, (stored) =>
      erase === 'true' ? this.people.erase(stored, actor) : this.people.remove(stored, actor),
    );
  }

  /** Restores a removed person. */
  @Post(':id/restore')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'restorePerson',
    summary: 'Let a removed person use the hub again',
    description: 'The groups at the identity provider still decide what the person may do.',
  })
  @ApiOkResponse({ type: PersonDto })
  @ApiProblem(404, 'The person does not exist')
  async restore(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<PersonDto> {
    await this.change(id, (stored) => this.people.restore(stored, actorOf(caller)));
    const person = await this.people.find(id);
    if (person === null) throw notFound(id);
    return personView(person);
  }

  private async change(id: string, apply: (id: string) => Promise<boolean>): Promise<void> {
    if (!isStoredId(id) || !(await apply(id.toLowerCase()))) throw notFound(id);
  }
}

function notFound(id: string): ProblemError {
  return new ProblemError(404, `There is no person ${JSON.stringify(id)}. Check the id in GET /v1/people.`);
}
