export { Catalogue } from './fan-out/catalogue.js';
export { DispatcherModule } from './dispatcher.module.js';
export { Crowds, type CrowdLimits } from './fan-out/crowds.js';
export type { PendingEvent } from './fan-out/fan-out-in-turn.js';
export { FanOut, type FanOutParts } from './fan-out/fan-out.js';
export { firstHop, planFanOut, type FanOutContext, type FanOutPlan } from './fan-out/plan-fan-out.js';
export { whereToBegin } from './fan-out/where-to-begin.js';
export { Subscriptions } from './fan-out/subscriptions.js';
export { TracedFanOut } from './fan-out/traced-fan-out.js';
