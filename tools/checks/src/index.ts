export { fileLinks, type FileLink } from './markdown-links.js';
export { privateTraces, type Trace } from './private-traces.js';
export { referencePage, referencePages } from './reference-pages.js';
export {
  consoleServer,
  serviceNames,
  settingGroups,
  type DocumentedGroup,
  type ServiceName,
  type SettingsReader,
} from './services.js';
