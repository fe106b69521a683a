export { createLogger, type Logger } from './logger.js';
export { createMeters, type Meters } from './meters.js';
export { LastingTrouble } from './lasting-trouble.js';
