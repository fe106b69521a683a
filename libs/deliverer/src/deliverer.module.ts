import { Module, type DynamicModule } from '@nestjs/common';
import { AttemptDeliveryController } from './attempt-delivery/attempt-delivery.controller.js';
import { AttemptDelivery, type AttemptParts } from './attempt-delivery/attempt-delivery.js';

@Module({})
export class DelivererModule {
  static with(parts: AttemptParts): DynamicModule {
    return {
      module: DelivererModule,
      controllers: [AttemptDeliveryController],
      providers: [{ provide: AttemptDelivery, useFactory: () => new AttemptDelivery(parts) }],
    };
  }
}
