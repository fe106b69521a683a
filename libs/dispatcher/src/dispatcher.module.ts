import { Module, type DynamicModule } from '@nestjs/common';
import { FanOutController } from './fan-out/fan-out.controller.js';
import { FanOut, type FanOutParts } from './fan-out/fan-out.js';

@Module({})
export class DispatcherModule {
  static with(parts: FanOutParts): DynamicModule {
    return {
      module: DispatcherModule,
      controllers: [FanOutController],
      providers: [{ provide: FanOut, useFactory: () => new FanOut(parts) }],
    };
  }
}
