import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { dispatcherConsumer } from '@postel/contracts';
import type { IncomingMessage, Outcome } from '@postel/jetstream';
import { FanOut } from './fan-out.js';

@Controller()
export class FanOutController {
  constructor(private readonly fanOut: FanOut) {}

  @EventPattern<string>(dispatcherConsumer.durable)
  handle(@Payload() batch: readonly IncomingMessage[]): Promise<Promise<Outcome>[]> {
    return this.fanOut.handle(batch);
  }
}
