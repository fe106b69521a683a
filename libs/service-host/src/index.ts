import './map-own-stacks.js'; // first: it holds for what is loaded after it
export { hostService, settingGroupsOf, type HostOptions, type RunningService } from './host-service.js';
export { StartFault, startOperationsServer, stopOnSignal } from '@postel/process';
export { WatchMasterKey } from './watch-master-key.js';
export { faultLines, runService } from './run-service.js';
export {
  defineService,
  type Assembly,
  type ServiceDefinition,
  type ServiceParts,
  type SettingGroups,
} from './service-definition.js';
