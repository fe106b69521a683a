export {
  accessSettings,
  addressSettings,
  alertSettings,
  brokerSettings,
  databaseSettings,
  eventSettings,
  graceSettings,
  listenSettings,
  partitionSettings,
  retentionSettings,
  retrySettings,
  secretSettings,
  upstreamSettings,
} from './groups.js';
export {
  readSettings,
  setting,
  type ReadSettings,
  type Setting,
  type SettingGroup,
  type SettingsOf,
} from './read-settings.js';
