export { delivererService } from './deliverer.service.js';
