import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { delivererPattern } from '@postel/contracts';
import type { IncomingMessage, Outcome } from '@postel/jetstream';
import { AttemptDelivery } from './attempt-delivery.js';

@Controller()
export class AttemptDeliveryController {
  constructor(private readonly attemptDelivery: AttemptDelivery) {}

  @EventPattern<string>(delivererPattern)
  handle(@Payload() batch: readonly IncomingMessage[]): Promise<Outcome>[] {
    return this.attemptDelivery.handle(batch);
  }
}
