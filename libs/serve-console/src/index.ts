export { registerServeConsole, type ConsoleOptions } from './serve-console.js';
