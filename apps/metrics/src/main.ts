import { runService } from '@postel/service-host';
import { metricsService } from './metrics.service.js';

await runService(metricsService);
