export { deadLetterService } from './dead-letter.service.js';
