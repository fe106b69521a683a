export { leaveTraffic } from './leave-traffic.js';
export { listenFault } from './listen-fault.js';
export { startOperationsServer } from './operations-server.js';
export { StartFault } from './start-fault.js';
export { stopOnSignal } from './stop-on-signal.js';
