import { runService } from '@postel/service-host';
import { dispatcherService } from './dispatcher.service.js';

await runService(dispatcherService);
