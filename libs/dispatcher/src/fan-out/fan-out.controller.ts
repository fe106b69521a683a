import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { dispatcherConsumer } from '@postel/contracts';
import type { IncomingMessage, Outcome } from '@postel/jetstream';
import { FanOutInTurn } from './fan-out-in-turn.js';

@Controller()
export class FanOutController {
  constructor(private readonly fanOut: FanOutInTurn) {}

  @EventPattern<string>(dispatcherConsumer.durable)
  handle(@Payload() batch: readonly IncomingMessage[]): Promise<readonly Promise<Outcome>[]> {
    return this.fanOut.handle(batch);
  }
}
