import { Module, type DynamicModule } from '@nestjs/common';
import { EndpointHistoryController } from './endpoint-history/endpoint-history.controller.js';
import { ManageEndpointsController } from './manage-endpoints/manage-endpoints.controller.js';
import { TestEndpointController } from './manage-endpoints/test-endpoint.controller.js';
import { ManageApiKeysController } from './manage-api-keys/manage-api-keys.controller.js';
import { ManagePortalTokensController } from './manage-portal-tokens/manage-portal-tokens.controller.js';
import { ManageSourcesController } from './manage-sources/manage-sources.controller.js';
import { ManageTenantsController } from './manage-tenants/manage-tenants.controller.js';
import { ManageEventTypesController } from './manage-event-types/manage-event-types.controller.js';
import { INGEST_PARTS, type IngestParts } from './parts.js';
import { RotateSecretController } from './rotate-secret/rotate-secret.controller.js';

@Module({})
export class IngestModule {
  static with(parts: IngestParts): DynamicModule {
    return {
      module: IngestModule,
      controllers: [
        ManageEndpointsController,
        TestEndpointController,
        ManageTenantsController,
        ManageApiKeysController,
        ManagePortalTokensController,
        RotateSecretController,
        EndpointHistoryController,
        ManageEventTypesController,
        ManageSourcesController,
      ],
      providers: [{ provide: INGEST_PARTS, useValue: parts }],
    };
  }
}
