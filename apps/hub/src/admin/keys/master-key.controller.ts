import { HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty } from '@nestjs/swagger';
import { actorOf, VaultError, type Caller } from '@patchbay/core';
import { MasterKeyRotation } from '@patchbay/vault';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { ProblemError } from '../../http/problem.js';
import { AdminController } from '../common/admin-controller.decorator.js';

/** Result of a rotation of the master key. */
export class RotatedMasterKeyDto {
  @ApiProperty({
    example: '9f86d081884c7d65',
    description: 'Id of the current master key. It is derived from the key and not secret.',
  })
  readonly masterKeyId!: string;

  @ApiProperty({
    example: 12,
    description: 'Number of data keys that were wrapped again. 0 if all already used the new master key.',
  })
  readonly dataKeys!: number;
}

/** Endpoint of `patchbay keys rotate-master`. */
@AdminController('v1/keys/rotate-master', 'keys')
@RequiresRole('admin')
export class MasterKeyController {
  constructor(private readonly rotation: MasterKeyRotation) {}

  /** Replaces the master key. */
  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Rotate the master key',
    description:
      'Wraps every data key with the new master key while the hub runs. First start every process with both keys: ' +
      'PATCHBAY_MASTER_KEY and PATCHBAY_MASTER_KEY_PREVIOUS. In embedded mode the hub creates the new key itself.',
  })
  @ApiOkResponse({ type: RotatedMasterKeyDto })
  @ApiProblem(409, 'There is no new master key, or a stored key cannot be unwrapped. The error says what to do')
  async rotate(@CurrentCaller() caller: Caller): Promise<RotatedMasterKeyDto> {
    try {
      return await this.rotation.rotate(actorOf(caller));
    } catch (error) {
      if (error instanceof VaultError) throw new ProblemError(409, error.message);
      throw error;
    }
  }
}
