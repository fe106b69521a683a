import { runService } from '@postel/service-host';
import { ingestService } from './ingest.service.js';

await runService(ingestService);
