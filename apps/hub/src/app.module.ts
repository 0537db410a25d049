import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AdminModule } from './admin/admin.module.js';
import { CallersModule } from './admin/keys/callers.module.js';
import type { HubParts } from './boot/hub-parts.js';
import { CallbacksController } from './callbacks/callbacks.controller.js';
import { EngineModule } from './engine/engine.module.js';
import { HealthController } from './health/health.controller.js';
import { IngestController } from './ingest/ingest.controller.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { StatusController } from './status/status.controller.js';

/** One process of the hub: a worker has no doors but its health. */
@Module({})
export class AppModule {
  static async forRoot(parts: HubParts): Promise<DynamicModule> {
    const doors = parts.environment.role !== 'worker';
    const controllers: Type[] = doors
      ? [IngestController, CallbacksController, HealthController, StatusController]
      : [HealthController];
    return {
      module: AppModule,
      imports: [
        await EngineModule.forRoot(parts),
        CallersModule,
        MetricsModule.forRoot(parts),
        ...(doors ? [AdminModule] : []),
      ],
      controllers,
    };
  }
}
