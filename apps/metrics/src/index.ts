export { metricsService } from './metrics.service.js';
