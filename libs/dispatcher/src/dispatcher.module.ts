import { Module, type DynamicModule } from '@nestjs/common';
import type { Crowds } from './fan-out/crowds.js';
import { FanOutInTurn, type PendingEvent } from './fan-out/fan-out-in-turn.js';
import { FanOutController } from './fan-out/fan-out.controller.js';
import { FanOut, type FanOutParts } from './fan-out/fan-out.js';

@Module({})
export class DispatcherModule {
  static with(parts: FanOutParts, crowds: Crowds<PendingEvent>): DynamicModule {
    return {
      module: DispatcherModule,
      controllers: [FanOutController],
      providers: [
        { provide: FanOut, useFactory: () => new FanOut(parts) },
        {
          provide: FanOutInTurn,
          useFactory: (fanOut: FanOut) =>
            new FanOutInTurn(fanOut, parts.handOuts, crowds, parts.tenantExists, parts.meters, parts.nowMs),
          inject: [FanOut],
        },
      ],
    };
  }
}
