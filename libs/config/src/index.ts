export {
  accessSettings,
  addressSettings,
  alertSettings,
  brokerSettings,
  consoleSettings,
  databaseSettings,
  eventSettings,
  graceSettings,
  listenSettings,
  logLevelSettings,
  partitionSettings,
  retentionSettings,
  retrySettings,
  secretSettings,
  upstreamSettings,
} from './groups.js';
export { logComponents, type LogComponent } from './log-levels.js';
export { tracingSettings } from './tracing-settings.js';
export {
  readSettings,
  setting,
  type ReadSettings,
  type Setting,
  type SettingGroup,
  type SettingsOf,
} from './read-settings.js';
export { wholeNumber } from './whole-number.js';
