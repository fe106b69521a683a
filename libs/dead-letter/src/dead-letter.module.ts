import { Module, type DynamicModule } from '@nestjs/common';
import { DiscardController } from './discard/discard.controller.js';
import { PurgeController } from './discard/purge.controller.js';
import { DisableGoneEndpointController } from './disable-gone-endpoint/disable-gone-endpoint.controller.js';
import { ListDeadLettersController } from './list-dead-letters/list-dead-letters.controller.js';
import { DEAD_LETTER_PARTS, type DeadLetterParts } from './parts.js';
import { RedriveController } from './redrive/redrive.controller.js';

@Module({})
export class DeadLetterModule {
  static with(parts: DeadLetterParts): DynamicModule {
    return {
      module: DeadLetterModule,
      controllers: [
        DisableGoneEndpointController,
        RedriveController,
        DiscardController,
        PurgeController,
        ListDeadLettersController,
      ],
      providers: [{ provide: DEAD_LETTER_PARTS, useValue: parts }],
    };
  }
}
