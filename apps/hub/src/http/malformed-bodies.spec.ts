import { describe, expect, it } from '@jest/globals';
import { ApplyDto } from '../admin/configuration/apply.dto.js';
import { PauseDto } from '../admin/destinations/destination-actions.dto.js';
import { NewKeyDto } from '../admin/keys/key.dto.js';
import { ReplayRequestDto } from '../admin/replays/replay-request.dto.js';
import { JsonBodyPipe } from './json-body.pipe.js';

const FILE = { file: 'odd.yaml', content: { brand: 'odd' } };

describe('a malformed body', () => {
  it.each([
    ['a list instead of a file', ApplyDto, { files: [[FILE]] }, 'files'],
    ['an empty list instead of a file', ApplyDto, { files: [[]] }, 'files'],
    [
      'a list instead of a source location',
      ApplyDto,
      { files: [{ ...FILE, sourceLocations: [[]] }] },
      'files.0.sourceLocations',
    ],
    ['a lone surrogate in a file name', ApplyDto, { files: [{ ...FILE, file: '\ud800' }] }, 'files.0.file'],
    ['a lone surrogate in a reason', PauseDto, { reason: 'moved \ud800' }, 'reason'],
    ['a lone surrogate in the name of a key', NewKeyDto, { name: '\udc00', role: 'viewer' }, 'name'],
    ['a lone surrogate in a filter', ReplayRequestDto, { filter: { customer: '\ud800' } }, 'filter.customer'],
  ])('is refused with the name of the field: %s', async (_name, metatype, body, field) => {
    const bytes = Buffer.from(JSON.stringify(body));
    await expect(new JsonBodyPipe().transform(bytes, { metatype })).rejects.toMatchObject({
      status: 400,
      errors: expect.arrayContaining([expect.objectContaining({ field })]),
    });
  });

  it('is accepted if it is valid, including characters outside the basic plane', async () => {
    const bytes = Buffer.from(JSON.stringify({ reason: 'back soon 🙂' }));
    const passed = await new JsonBodyPipe().transform(bytes, { metatype: PauseDto });
    expect(passed).toEqual({ reason: 'back soon 🙂' });
  });
});
