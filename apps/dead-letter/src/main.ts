import { runService } from '@postel/service-host';
import { deadLetterService } from './dead-letter.service.js';

await runService(deadLetterService);
