import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { SeriesWorker } from './series-worker.js';

/** Counts events and deliveries by minute and hour, for the charts of the admin API. */
@Module({ imports: [DatabaseModule], providers: [SeriesWorker] })
export class SeriesModule {}
