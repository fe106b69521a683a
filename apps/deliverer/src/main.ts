import { runService } from '@postel/service-host';
import { delivererService } from './deliverer.service.js';

await runService(delivererService);
