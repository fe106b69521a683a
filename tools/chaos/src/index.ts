export { checkEvidence, type Figures, type Verdict } from './check-evidence/check-evidence.js';
export type { Evidence } from './check-evidence/evidence.js';
export { faults } from './inject-faults/faults.js';
export { playFault } from './play-fault/play-fault.js';
