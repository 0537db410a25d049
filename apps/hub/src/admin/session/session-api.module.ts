import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { CallersModule } from '../keys/callers.module.js';
import { MeController } from './me.controller.js';
import { ProviderSignInController } from './provider-sign-in.controller.js';
import { ProviderSignIn } from './provider-sign-in.service.js';
import { SessionController } from './session.controller.js';
import { SignInController } from './sign-in.controller.js';
import { SignIn } from './sign-in.service.js';

/** Endpoints of the console's sessions. */
@Module({
  imports: [AdminCommonModule, CallersModule],
  controllers: [SignInController, ProviderSignInController, SessionController, MeController],
  providers: [SignIn, ProviderSignIn],
})
export class SessionApiModule {}
