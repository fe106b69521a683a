export {
  accessSettings,
  addressSettings,
  alertSettings,
  brokerSettings,
  databaseSettings,
  eventSettings,
  listenSettings,
  partitionSettings,
  retentionSettings,
  retrySettings,
  secretSettings,
  upstreamSettings,
} from './groups.js';
export { tracingSettings } from './tracing-settings.js';
export {
  readSettings,
  setting,
  type ReadSettings,
  type Setting,
  type SettingGroup,
  type SettingsOf,
} from './read-settings.js';
