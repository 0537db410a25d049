import { Module } from '@nestjs/common';
import { ConsoleController } from './console.controller.js';
import { MailFrameController } from './mail-frame.controller.js';

/** Module of the console's files, and of the frame in which the console shows e-mails. */
@Module({ controllers: [ConsoleController, MailFrameController] })
export class ConsoleModule {}
