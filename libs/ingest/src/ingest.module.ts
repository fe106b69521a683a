import { Module, type DynamicModule } from '@nestjs/common';
import { ManageEndpointsController } from './manage-endpoints/manage-endpoints.controller.js';
import { TestEndpointController } from './manage-endpoints/test-endpoint.controller.js';
import { ManageEventTypesController } from './manage-event-types/manage-event-types.controller.js';
import { INGEST_PARTS, type IngestParts } from './parts.js';

@Module({})
export class IngestModule {
  static with(parts: IngestParts): DynamicModule {
    return {
      module: IngestModule,
      controllers: [ManageEndpointsController, TestEndpointController, ManageEventTypesController],
      providers: [{ provide: INGEST_PARTS, useValue: parts }],
    };
  }
}
