export { dispatcherService } from './dispatcher.service.js';
