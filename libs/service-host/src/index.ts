import './map-own-stacks.js'; // first: it holds for what is loaded after it
export { hostService, settingGroupsOf, type HostOptions, type RunningService } from './host-service.js';
export { startOperationsServer } from './operations-server.js';
export { faultLines, runService, stopOnSignal } from './run-service.js';
export {
  defineService,
  type Assembly,
  type ServiceDefinition,
  type ServiceParts,
  type SettingGroups,
} from './service-definition.js';
export { StartFault } from './start-fault.js';
