import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AdminModule } from './admin/admin.module.js';
import { CallersModule } from './admin/keys/callers.module.js';
import type { HubDependencies } from './boot/hub-dependencies.js';
import { CallbacksController } from './callbacks/callbacks.controller.js';
import { EngineModule } from './engine/engine.module.js';
import { HealthController } from './health/health.controller.js';
import { IngestController } from './ingest/ingest.controller.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { StatusController } from './status/status.controller.js';

/** Root module of a hub process. A process of role `worker` serves only the health endpoints. */
@Module({})
export class AppModule {
  static async forRoot(dependencies: HubDependencies): Promise<DynamicModule> {
    const hasApi = dependencies.environment.role !== 'worker';
    const controllers: Type[] = hasApi
      ? [IngestController, CallbacksController, HealthController, StatusController]
      : [HealthController];
    return {
      module: AppModule,
      imports: [
        await EngineModule.forRoot(dependencies),
        CallersModule,
        MetricsModule.forRoot(dependencies),
        ...(hasApi ? [AdminModule] : []),
      ],
      controllers,
    };
  }
}
