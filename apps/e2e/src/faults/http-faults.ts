import { bodyFaults } from './body-faults.js';
import { cloudEventFaults } from './cloud-event-faults.js';
import { endpointFaults } from './endpoint-faults.js';
import { batchFaults, eventFaults } from './event-faults.js';
import type { Fault } from './fault.js';
import { credentialFaults, purgeFaults, queryFaults, routeFaults, unknownIds } from './request-faults.js';

/** Every fault of a request that HTTP can bring, each with its one problem. */
export const httpFaults: readonly Fault[] = [
  ...eventFaults,
  ...batchFaults,
  ...cloudEventFaults,
  ...bodyFaults,
  ...endpointFaults,
  ...queryFaults,
  ...purgeFaults,
  ...unknownIds,
  ...routeFaults,
  ...credentialFaults,
  {
    name: 'a tenant that does not exist',
    method: 'GET',
    path: '/v1/endpoints',
    request: { headers: { 'postel-tenant': 'nobody' } },
    status: 404,
    code: 'tenant_not_found',
  },
] satisfies readonly Fault[];
