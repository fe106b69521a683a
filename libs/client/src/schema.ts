/** Generated from the OpenAPI document: `node tools/checks/dist/generate-reference.js`. */

export interface paths {
  '/docs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The API and the standard event types, to read */
    get: operations['getDocs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/healthz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The process lives */
    get: operations['getHealthz'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** This document */
    get: operations['getOpenapiJson'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/readyz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether it can take work, and which part cannot */
    get: operations['getReadyz'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who did what, newest first */
    get: operations['getAudit'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/conservation': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether every event and every delivery of the tenant is accounted for */
    get: operations['getConservation'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/dead-letters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What ended without success, newest first */
    get: operations['getDeadLetters'];
    put?: never;
    post?: never;
    /** Delete every dead letter that fits the filter; their deliveries are discarded */
    delete: operations['deleteDeadLetters'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/dead-letters/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One dead letter, with the bytes of an event that could not be understood */
    get: operations['getDeadLettersId'];
    put?: never;
    post?: never;
    /** Delete a dead letter; its delivery is discarded */
    delete: operations['deleteDeadLettersId'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/dead-letters/{id}/redrive': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Reopen the delivery of this dead letter */
    post: operations['postDeadLettersIdRedrive'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/dead-letters/redrive': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Reopen every dead letter that fits the filter */
    post: operations['postDeadLettersRedrive'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/deliveries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Deliveries, newest first */
    get: operations['getDeliveries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/deliveries/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One delivery */
    get: operations['getDeliveriesId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/deliveries/{id}/attempts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every attempt of a delivery, first to last */
    get: operations['getDeliveriesIdAttempts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/deliveries/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Deliver once more, now */
    post: operations['postDeliveriesIdRetry'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/endpoints': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Endpoints, newest first */
    get: operations['getEndpoints'];
    put?: never;
    /** Create an endpoint; its secret is shown here */
    post: operations['postEndpoints'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/endpoints/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One endpoint */
    get: operations['getEndpointsId'];
    put?: never;
    post?: never;
    /** Delete an endpoint; what still waits for it ends as a dead letter */
    delete: operations['deleteEndpointsId'];
    options?: never;
    head?: never;
    /** Change an endpoint; what is left out stays */
    patch: operations['patchEndpointsId'];
    trace?: never;
  };
  '/v1/endpoints/{id}/deliveries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The delivery log of an endpoint, newest first */
    get: operations['getEndpointsIdDeliveries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/endpoints/{id}/disable': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Make no deliveries */
    post: operations['postEndpointsIdDisable'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/endpoints/{id}/enable': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Deliver again */
    post: operations['postEndpointsIdEnable'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/endpoints/{id}/history': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every change with who and when, newest first; after a deletion too */
    get: operations['getEndpointsIdHistory'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/endpoints/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Make deliveries and let them wait */
    post: operations['postEndpointsIdPause'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/endpoints/{id}/recover': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Deliver again, or for the first time, what an endpoint should have got since a time; a job */
    post: operations['postEndpointsIdRecover'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/endpoints/{id}/rotate-secret': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A new secret; the one until now signs beside it for a while */
    post: operations['postEndpointsIdRotateSecret'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/endpoints/{id}/secret': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The current secret; that it was read is in the history */
    get: operations['getEndpointsIdSecret'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/endpoints/{id}/stats': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Figures of an endpoint */
    get: operations['getEndpointsIdStats'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/endpoints/{id}/stats/series': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Figures of an endpoint over time, oldest first, for charts */
    get: operations['getEndpointsIdStatsSeries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/endpoints/{id}/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a test event to this endpoint alone */
    post: operations['postEndpointsIdTest'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/event-types': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The catalogue: every event type, newest first, the standard ones last */
    get: operations['getEventTypes'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/event-types/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One event type: its schema, its examples, its payload versions */
    get: operations['getEventTypesName'];
    /** Declare an event type, or say anew what it is; what is left out is gone */
    put: operations['putEventTypesName'];
    post?: never;
    /** Take an event type out of the catalogue */
    delete: operations['deleteEventTypesName'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Events, newest first */
    get: operations['getEvents'];
    put?: never;
    /** Publish an event; 202 means on disk, fsynced */
    post: operations['postEvents'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/events/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One event */
    get: operations['getEventsId'];
    put?: never;
    post?: never;
    /** Erase the payload of an event wherever it is; what is under way of it ends */
    delete: operations['deleteEventsId'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/events/{id}/deliveries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What became of an event, endpoint by endpoint */
    get: operations['getEventsIdDeliveries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/events/{id}/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Deliver an event again, to one endpoint or to all that match now, as new deliveries */
    post: operations['postEventsIdReplay'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/events/batch': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Publish up to 1,000 events or 8 MiB; each is accepted or rejected by itself */
    post: operations['postEventsBatch'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/events/explain': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Which endpoints an event would reach, and why not the others; nothing is written or sent */
    post: operations['postEventsExplain'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All facts of the log, oldest first, as lines of JSON */
    get: operations['getExport'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/fleet': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Everything an operator looks at first, over all tenants */
    get: operations['getFleet'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Jobs, newest first */
    get: operations['getJobs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How far a job has come */
    get: operations['getJobsId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Make a job wait; what it has made goes on */
    post: operations['postJobsIdPause'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let a paused job go on where it was */
    post: operations['postJobsIdResume'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/live/deliveries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What becomes of deliveries, as it happens: server-sent events, from now or from a position */
    get: operations['getLiveDeliveries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/live/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Events with their bytes, as they are fanned out: server-sent events, from now or from a position */
    get: operations['getLiveEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/portal-tokens': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Create a token with which a tenant’s own people may manage its endpoints, for a day at most */
    post: operations['postPortalTokens'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/portal-tokens/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Revoke a portal token */
    delete: operations['deletePortalTokensId'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whose the credential is, and how long it holds */
    get: operations['getSession'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sources': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Sources of inbound webhooks, newest first, without their secrets */
    get: operations['getSources'];
    put?: never;
    /** Create a source of inbound webhooks; a secret that is made is shown here, and never again */
    post: operations['postSources'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sources/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One source */
    get: operations['getSourcesId'];
    put?: never;
    post?: never;
    /** Delete a source and its secrets */
    delete: operations['deleteSourcesId'];
    options?: never;
    head?: never;
    /** Change a source; what is left out stays. Secrets are replaced as a whole */
    patch: operations['patchSourcesId'];
    trace?: never;
  };
  '/v1/stats': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Figures of the tenant */
    get: operations['getStats'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/stats/series': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Figures of the tenant over time, oldest first, for charts */
    get: operations['getStatsSeries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/tenants': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Tenants, newest first */
    get: operations['getTenants'];
    put?: never;
    /** Create a tenant; its id is its name */
    post: operations['postTenants'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/tenants/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One tenant */
    get: operations['getTenantsId'];
    /** Create a tenant of this name, or replace all that is set of it */
    put: operations['putTenantsId'];
    post?: never;
    /** Delete a tenant at once, and erase all it had by a job */
    delete: operations['deleteTenantsId'];
    options?: never;
    head?: never;
    /** Change a tenant; what is left out stays */
    patch: operations['patchTenantsId'];
    trace?: never;
  };
  '/v1/tenants/{id}/api-keys': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** API keys of a tenant, newest first, without the keys themselves */
    get: operations['getTenantsIdApiKeys'];
    put?: never;
    /** Create an API key; it is shown here, and never again */
    post: operations['postTenantsIdApiKeys'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/tenants/{id}/api-keys/{keyId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Revoke an API key */
    delete: operations['deleteTenantsIdApiKeysKeyId'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/webhooks/{sourceId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Where a provider sends its webhooks; its signature is the credential. 200 means on disk, fsynced */
    post: operations['postWebhooksSourceId'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    ApiKey: {
      /** Format: date-time */
      createdAt: string;
      id: string;
      /** @description To the minute; null: never */
      lastUsedAt: string | null;
      name: string;
      /** @description How the key begins, to tell it from others */
      prefix: string;
      tenant: string;
    };
    ApiKeyPage: {
      data: components['schemas']['ApiKey'][];
      nextCursor: string | null;
    };
    Attempt: {
      durationMs: number;
      error: {
        code: string;
        message: string;
      } | null;
      number: number;
      /** @enum {string} */
      outcome: 'succeeded' | 'retry' | 'dead';
      request: {
        body: string | null;
        headers: {
          [key: string]: string;
        };
        url: string;
      };
      response: {
        body: string;
        headers: {
          [key: string]: string;
        };
        status: number;
        truncated: boolean;
      } | null;
      /** Format: date-time */
      startedAt: string;
      timing: {
        [key: string]: number;
      };
    };
    AttemptPage: {
      data: components['schemas']['Attempt'][];
      nextCursor: string | null;
    };
    AuditEntry: {
      /** @enum {string} */
      action:
        | 'event.replayed'
        | 'event.erased'
        | 'event.discarded'
        | 'delivery.retried'
        | 'delivery.redriven'
        | 'delivery.discarded'
        | 'endpoint.recovered'
        | 'log.exported'
        | 'endpoint.created'
        | 'endpoint.updated'
        | 'endpoint.paused'
        | 'endpoint.enabled'
        | 'endpoint.disabled'
        | 'endpoint.secret_rotated'
        | 'endpoint.secret_revealed'
        | 'endpoint.headers_sealed'
        | 'endpoint.deleted'
        | 'event_type.discovered'
        | 'event_type.put'
        | 'event_type.deleted'
        | 'tenant.created'
        | 'tenant.updated'
        | 'tenant.deleted'
        | 'tenant.erased'
        | 'api_key.created'
        | 'api_key.revoked'
        | 'portal_token.created'
        | 'portal_token.revoked'
        | 'source.created'
        | 'source.updated'
        | 'source.secrets_replaced'
        | 'source.deleted';
      /** @description admin, key:<id>, portal:<id> or a part of Postel */
      actor: string;
      /** Format: date-time */
      at: string;
      /** @description Deliveries or dead letters that it was done to, else 1 */
      count: number;
      endpointId: string | null;
      id: string;
      /** @description The id or name of what it was done to; null when one request did it to several */
      subject: string | null;
    };
    AuditEntryPage: {
      data: components['schemas']['AuditEntry'][];
      nextCursor: string | null;
    };
    CloudEvent: {
      /** @description Becomes data.object */
      data: {
        [key: string]: unknown;
      };
      datacontenttype?: string;
      dataschema?: string;
      id: string;
      /** @description Becomes the ordering key */
      partitionkey?: string;
      source: string;
      /** @constant */
      specversion: '1.0';
      subject?: string;
      /** Format: date-time */
      time?: string;
      /** @example order.created */
      type: string;
    } & {
      [key: string]: unknown;
    };
    CloudEventBatch: components['schemas']['CloudEvent'][];
    Conservation: {
      asOf: {
        /** Format: date-time */
        at: string;
        /** @description Position of EVENTS up to which events are counted */
        events: number;
        /** @description Position of LOG up to which facts are counted */
        log: number;
      };
      deliveries: {
        created: number;
        dead: number;
        /** @description missing and unexpected, neither of which makes up for the other: 0 */
        difference: number;
        discarded: number;
        /** @description Open by the log, and nowhere */
        missing: number;
        /** @description The first 10 of the missing */
        missingIds: string[];
        pending: number;
        retrying: number;
        succeeded: number;
        /** @description With an outcome in the log, and never made */
        unexpected: number;
      };
      events: {
        accepted: number;
        awaiting: number;
        /** @description Accepted, and the log does not tell what became of them: 0 */
        difference: number;
        fannedOut: number;
        invalid: number;
        /** @description The first 10 of them */
        lost: {
          id: string | null;
          position: number;
          type: string;
        }[];
        unmatched: number;
      };
    };
    CreateApiKey: {
      /**
       * @description For whoever sees the list
       * @default
       */
      name: string;
    };
    CreatedApiKey: {
      /** Format: date-time */
      createdAt: string;
      id: string;
      /** @description Shown here, and never again */
      key: string;
      /** @description To the minute; null: never */
      lastUsedAt: string | null;
      name: string;
      /** @description How the key begins, to tell it from others */
      prefix: string;
      tenant: string;
    };
    CreatedEndpoint: {
      apiVersion: string;
      channels: string[];
      /** @description While it is open no attempt is made but one probe at a time */
      circuit: {
        nextProbeAt: string | null;
        openedAt: string | null;
        /** @enum {string} */
        state: 'closed' | 'open' | 'half_open';
      };
      /** Format: date-time */
      createdAt: string;
      description: string;
      disabledReason: ('manual' | 'gone' | 'too_many_failures') | null;
      events: string[];
      filter: components['schemas']['EventFilter'] | null;
      /** @description Values are masked */
      headers: {
        [key: string]: string;
      };
      id: string;
      maxInFlight: number;
      metadata: {
        [key: string]: string;
      };
      /** @enum {string} */
      ordering: 'none' | 'key';
      /** @description After a rotation: until then the secret before signs too */
      previousSecretExpiresAt: string | null;
      /** @description Of the scheme standard-ed25519 (`whpk_…`); null without it */
      publicKey: string | null;
      rateLimit: {
        max: number;
        perSeconds: number;
      } | null;
      retry:
        | {
            /** @constant */
            preset: 'standard-webhooks';
          }
        | {
            schedule: number[];
          }
        | {
            /** @default 1000 */
            initialDelayMs: number;
            /** @default 0.25 */
            jitter: number;
            /** @default 5 */
            maxAttempts: number;
            /** @default 3600000 */
            maxDelayMs: number;
            /** @default 2 */
            multiplier: number;
            /**
             * @default [
             *       408,
             *       429,
             *       500,
             *       502,
             *       503,
             *       504
             *     ]
             */
            retryableStatuses: number[];
          };
      /** @description Shown here, and not when the endpoint is read */
      secret: string;
      signature: {
        schemes: ('standard' | 'standard-ed25519' | 'timestamp-hex' | 'body-hex')[];
      };
      /** @enum {string} */
      status: 'active' | 'paused' | 'disabled';
      timeoutMs: number;
      /** Format: date-time */
      updatedAt: string;
      url: string;
    };
    CreatedPortalToken: {
      /** Format: date-time */
      expiresAt: string;
      id: string;
      tenant: string;
      /** @description A JWT, shown here and never again */
      token: string;
    };
    CreatedSource: {
      /** Format: date-time */
      createdAt: string;
      description: string;
      id: string;
      metadata: {
        [key: string]: string;
      };
      name: string;
      /** @enum {string} */
      provider: 'standard-webhooks' | 'postel' | 'stripe' | 'github' | 'shopify' | 'slack' | 'hmac';
      rateLimit: {
        max: number;
        perSeconds: number;
      } | null;
      /** @description The one that was made, shown here and never again; null when you gave your own */
      secret: string | null;
      /** @description How many secrets are good; they are never shown */
      secretCount: number;
      signature: {
        /**
         * @default sha256
         * @enum {string}
         */
        algorithm: 'sha256' | 'sha1' | 'sha512';
        /**
         * @default hex
         * @enum {string}
         */
        encoding: 'hex' | 'base64';
        /** @description Of the signature */
        header: string;
        /**
         * @description Of the sender’s own id
         * @default null
         */
        idHeader: string | null;
        /**
         * @description Before the signature, such as `sha256=`
         * @default
         */
        prefix: string;
        /**
         * @description What is signed, of {body}, {timestamp} and {id}
         * @default {body}
         * @example {timestamp}.{body}
         */
        signed: string;
        /**
         * @description When it was signed; then it must be part of what is signed
         * @default null
         */
        timestamp: {
          header: string;
          /**
           * @default seconds
           * @enum {string}
           */
          unit: 'seconds' | 'milliseconds';
        } | null;
        /**
         * @description Of what happened; without it the field `type` of the body
         * @default null
         */
        typeHeader: string | null;
      } | null;
      /** @enum {string} */
      status: 'active' | 'disabled';
      toleranceSeconds: number;
      /** Format: date-time */
      updatedAt: string;
      /**
       * @description The path that the provider sends to
       * @example /webhooks/src_…
       */
      url: string;
    };
    CreatePortalToken: {
      /** @description That of the credential when absent */
      tenant?: string;
      /** @default 3600 */
      ttlSeconds: number;
    };
    CreateSource: {
      /** @default  */
      description: string;
      /** @default {} */
      metadata: {
        [key: string]: string;
      };
      /** @description The second word of its events’ types; it cannot be changed */
      name: string;
      /** @enum {string} */
      provider: 'standard-webhooks' | 'postel' | 'stripe' | 'github' | 'shopify' | 'slack' | 'hmac';
      /**
       * @default {
       *       "max": 100,
       *       "perSeconds": 1
       *     }
       */
      rateLimit: {
        max: number;
        perSeconds: number;
      } | null;
      /** @description Any may have signed. Made when absent, for the providers that let you choose: github, postel, hmac */
      secrets?: string[];
      /**
       * @description For the provider hmac, and only then
       * @default null
       */
      signature: {
        /**
         * @default sha256
         * @enum {string}
         */
        algorithm: 'sha256' | 'sha1' | 'sha512';
        /**
         * @default hex
         * @enum {string}
         */
        encoding: 'hex' | 'base64';
        /** @description Of the signature */
        header: string;
        /**
         * @description Of the sender’s own id
         * @default null
         */
        idHeader: string | null;
        /**
         * @description Before the signature, such as `sha256=`
         * @default
         */
        prefix: string;
        /**
         * @description What is signed, of {body}, {timestamp} and {id}
         * @default {body}
         * @example {timestamp}.{body}
         */
        signed: string;
        /**
         * @description When it was signed; then it must be part of what is signed
         * @default null
         */
        timestamp: {
          header: string;
          /**
           * @default seconds
           * @enum {string}
           */
          unit: 'seconds' | 'milliseconds';
        } | null;
        /**
         * @description Of what happened; without it the field `type` of the body
         * @default null
         */
        typeHeader: string | null;
      } | null;
      /**
       * @default active
       * @enum {string}
       */
      status: 'active' | 'disabled';
      /**
       * @description How far the time of a signature may be off
       * @default 300
       */
      toleranceSeconds: number;
    };
    CreateTenant: {
      /**
       * @description When its endpoints count as failing, and are disabled; null: as the fleet has it
       * @default null
       */
      alerts: {
        /** @description So many within the window, and no success since the first of them: the endpoint is disabled; null: never */
        disable?: {
          deadLetters: number;
          windowSeconds: number;
        } | null;
        /** @description So many dead letters in a row, however long that took: the endpoint is disabled; null: never */
        disableAfterConsecutive?: number | null;
        /** @description So many dead letters of an endpoint within the window raise an alert; null: never */
        warn?: {
          deadLetters: number;
          windowSeconds: number;
        } | null;
      } | null;
      /** @default  */
      description: string;
      id: string;
      /** @default {} */
      metadata: {
        [key: string]: string;
      };
      /**
       * @description Days after which something is forgotten; null: those of the fleet
       * @default {
       *       "payloadDays": null,
       *       "attemptDays": null,
       *       "rowDays": null
       *     }
       */
      retention: {
        /**
         * @description Of attempts, with what they sent and got
         * @default null
         */
        attemptDays: number | null;
        /**
         * @description Of the bytes of events
         * @default null
         */
        payloadDays: number | null;
        /**
         * @description Of events, deliveries and dead letters
         * @default null
         */
        rowDays: number | null;
      };
      /**
       * @description Whether events of a type that the catalogue does not have are refused
       * @default false
       */
      strictEventTypes: boolean;
    };
    DeadLetter: {
      attempts: number;
      /** Format: date-time */
      createdAt: string;
      deliveryId: string | null;
      endpointId: string | null;
      eventId: string;
      id: string;
      lastAttemptAt: string | null;
      /** @description With the path of what was wrong in an event that could not be understood */
      lastError: {
        code: string;
        message: string;
        path?: string;
      } | null;
      lastStatus: number | null;
      /** @description Base64 of the bytes of an event that could not be understood; when one is read */
      payload?: string;
      /** @enum {string} */
      reason:
        | 'exhausted'
        | 'non_retryable'
        | 'gone'
        | 'expired'
        | 'endpoint_disabled'
        | 'endpoint_deleted'
        | 'invalid_event'
        | 'poison'
        | 'event_erased';
    };
    DeadLetterPage: {
      data: components['schemas']['DeadLetter'][];
      nextCursor: string | null;
    };
    Delivery: {
      attempts: number;
      completedAt: string | null;
      /** Format: date-time */
      createdAt: string;
      endpointId: string;
      eventId: string;
      id: string;
      lastError: {
        code: string;
        message: string;
      } | null;
      lastStatus: number | null;
      nextAttemptAt: string | null;
      /** @enum {string} */
      status: 'pending' | 'retrying' | 'succeeded' | 'dead' | 'discarded';
      type: string;
      url: string;
    };
    DeliveryPage: {
      data: components['schemas']['Delivery'][];
      nextCursor: string | null;
    };
    Endpoint: {
      apiVersion: string;
      channels: string[];
      /** @description While it is open no attempt is made but one probe at a time */
      circuit: {
        nextProbeAt: string | null;
        openedAt: string | null;
        /** @enum {string} */
        state: 'closed' | 'open' | 'half_open';
      };
      /** Format: date-time */
      createdAt: string;
      description: string;
      disabledReason: ('manual' | 'gone' | 'too_many_failures') | null;
      events: string[];
      filter: components['schemas']['EventFilter'] | null;
      /** @description Values are masked */
      headers: {
        [key: string]: string;
      };
      id: string;
      maxInFlight: number;
      metadata: {
        [key: string]: string;
      };
      /** @enum {string} */
      ordering: 'none' | 'key';
      /** @description After a rotation: until then the secret before signs too */
      previousSecretExpiresAt: string | null;
      /** @description Of the scheme standard-ed25519 (`whpk_…`); null without it */
      publicKey: string | null;
      rateLimit: {
        max: number;
        perSeconds: number;
      } | null;
      retry:
        | {
            /** @constant */
            preset: 'standard-webhooks';
          }
        | {
            schedule: number[];
          }
        | {
            /** @default 1000 */
            initialDelayMs: number;
            /** @default 0.25 */
            jitter: number;
            /** @default 5 */
            maxAttempts: number;
            /** @default 3600000 */
            maxDelayMs: number;
            /** @default 2 */
            multiplier: number;
            /**
             * @default [
             *       408,
             *       429,
             *       500,
             *       502,
             *       503,
             *       504
             *     ]
             */
            retryableStatuses: number[];
          };
      signature: {
        schemes: ('standard' | 'standard-ed25519' | 'timestamp-hex' | 'body-hex')[];
      };
      /** @enum {string} */
      status: 'active' | 'paused' | 'disabled';
      timeoutMs: number;
      /** Format: date-time */
      updatedAt: string;
      url: string;
    };
    EndpointChange: {
      /** @description admin, key:<id>, portal:<id> or a part of Postel */
      actor: string;
      /** Format: date-time */
      at: string;
      /** @description By field; values of headers are masked, secrets never here */
      changes: {
        [key: string]: {
          after: unknown;
          before: unknown;
        };
      };
      /** @enum {string} */
      fact:
        | 'endpoint.created'
        | 'endpoint.updated'
        | 'endpoint.paused'
        | 'endpoint.enabled'
        | 'endpoint.disabled'
        | 'endpoint.secret_rotated'
        | 'endpoint.secret_revealed'
        | 'endpoint.headers_sealed'
        | 'endpoint.deleted';
    };
    EndpointChangePage: {
      data: components['schemas']['EndpointChange'][];
      nextCursor: string | null;
    };
    EndpointPage: {
      data: components['schemas']['Endpoint'][];
      nextCursor: string | null;
    };
    EndpointSecret: {
      secret: string;
    };
    Erasure: {
      eventId: string;
      /**
       * @description erased: no stream, table or answer has its payload any more; ask again to see it
       * @enum {string}
       */
      state: 'erasing' | 'erased';
    };
    Event: {
      /** Format: date-time */
      acceptedAt: string;
      apiVersion: string;
      channels: string[];
      created: number;
      /** @description null once the event was erased */
      data: unknown;
      /** @description Its payload was erased on request */
      erased: boolean;
      /**
       * @description The payload is past its retention: `data` is null
       * @constant
       */
      expired?: true;
      id: string;
      relatedObjects?: unknown;
      type: string;
    };
    /**
     * @description Conditions on the event, all of which must hold. Members are paths into the stored event, such as `data.object.amount`, or `all`, `any` and `not`.
     * @example {
     *       "data.object.amount": {
     *         "gt": 100
     *       }
     *     }
     */
    EventFilter: {
      all?: components['schemas']['EventFilter'][];
      any?: components['schemas']['EventFilter'][];
      not?: components['schemas']['EventFilter'];
    } & {
      [key: string]:
        | (string | number | boolean | null)
        | {
            eq?:
              | (string | number | boolean | null)
              | {
                  number: string;
                };
            exists?: boolean;
            gt?:
              | (string | number | boolean | null)
              | {
                  number: string;
                };
            gte?:
              | (string | number | boolean | null)
              | {
                  number: string;
                };
            in?: (
              | (string | number | boolean | null)
              | {
                  number: string;
                }
            )[];
            lt?:
              | (string | number | boolean | null)
              | {
                  number: string;
                };
            lte?:
              | (string | number | boolean | null)
              | {
                  number: string;
                };
            ne?:
              | (string | number | boolean | null)
              | {
                  number: string;
                };
            prefix?: string;
          };
    };
    EventPage: {
      data: components['schemas']['Event'][];
      nextCursor: string | null;
    };
    EventType: {
      /** @description Null: there from the first start */
      createdAt: string | null;
      deprecated: boolean;
      description: string;
      /** @description Each a `data.object` */
      examples: {
        [key: string]: unknown;
      }[];
      name: string;
      /**
       * @description Of the contract, put by someone, or first seen in an event
       * @enum {string}
       */
      origin: 'standard' | 'declared' | 'discovered';
      /** @description JSON Schema (draft 2020-12) of `data.object` */
      schema: {
        [key: string]: unknown;
      } | null;
      updatedAt: string | null;
      versions: {
        description: string;
        name: string;
        /** @description Of the converted body */
        schema: {
          [key: string]: unknown;
        } | null;
        /** @description JSONata over the event in the default version */
        transform: string;
      }[];
    };
    EventTypePage: {
      data: components['schemas']['EventType'][];
      nextCursor: string | null;
    };
    ExplainedEvent: {
      /** @description Endpoints, newest first */
      data: components['schemas']['Explanation'][];
      event: {
        channels: string[];
        created: number;
        /** @description Its own, or one as it would be given */
        id: string;
        orderingKey: string | null;
        type: string;
      };
      nextCursor: string | null;
    };
    Explanation: {
      endpointId: string;
      /** @description Why its delivery would end as a dead letter at once: its payload version cannot be made */
      fails: {
        code: string;
        message: string;
      } | null;
      matches: boolean;
      /** @description Everything that keeps the event from it */
      reasons: components['schemas']['Mismatch'][];
      /** @description The first attempt; null when it does not match, or cannot be made */
      request: components['schemas']['PlannedRequest'] | null;
      /** @enum {string} */
      status: 'active' | 'paused' | 'disabled';
      url: string;
      /** @description Why its delivery would not be attempted at once */
      waits: {
        message: string;
        /** @enum {string} */
        reason: 'ordering' | 'paused' | 'circuit_open';
      } | null;
    };
    /** @description With more, by fact: the log as it is */
    ExportedFact: {
      /** @description When the event was accepted, Unix milliseconds */
      acceptedAtMs: number;
      /** @description When this happened, Unix milliseconds */
      atMs: number;
      eventId: string;
      /** @enum {string} */
      fact:
        | 'event.fanned_out'
        | 'event.unmatched'
        | 'event.invalid'
        | 'event.discarded'
        | 'event.erased'
        | 'delivery.created'
        | 'delivery.succeeded'
        | 'delivery.deferred'
        | 'delivery.died'
        | 'delivery.reopened'
        | 'delivery.discarded';
      /** @description Where it stands in the log; `after` goes on behind it */
      position: string;
      tenant: string;
      type: string;
    } & {
      [key: string]: unknown;
    };
    Fleet: {
      /** Format: date-time */
      at: string;
      conservation: components['schemas']['FleetConservation'] | null;
      /** @description pending: not yet handed out; ackPending: in hand. 250 at most */
      consumers:
        | {
            ackPending: number;
            consumer: string;
            pending: number;
            stream: string;
          }[]
        | null;
      /** @description Unfinished, newest first, 50 at most */
      jobs: components['schemas']['Job'][] | null;
      /** @description Some parts are measured every few seconds and not with each request. figures: tenants and worstEndpoints; broker: streams and consumers */
      measuredAt: {
        broker: string | null;
        figures: string | null;
        projections: string | null;
        waiting: string | null;
      };
      /** @description null when nothing waits */
      oldestWaitingSeconds: number | null;
      openCircuitCount: number;
      /** @description Opened last first, 100 at most */
      openCircuits: {
        endpointId: string;
        /** Format: date-time */
        nextProbeAt: string;
        /** Format: date-time */
        since: string;
        tenant: string;
        url: string;
      }[];
      /** @enum {string} */
      period: 'hour' | 'day' | 'week';
      projections:
        | {
            /** @description Messages of its stream that it has not passed; where it takes some kinds alone and none came, it notes that once a minute */
            behind: number;
            /** @description Age of the oldest message that it has not stored */
            lagSeconds: number;
            projection: string;
          }[]
        | null;
      streams:
        | {
            /** @description null: the stream does not answer */
            messages: number | null;
            sizeBytes: number | null;
            stream: string;
          }[]
        | null;
      /** @description Of the period, 100 at most: those of which most failed first, then those with most deliveries */
      tenants: components['schemas']['FleetTenant'][] | null;
      totals: {
        avgResponseTime: number;
        deadLetters: number;
        errorBreakdown: {
          [key: string]: number;
        };
        /** @description Accepted in the period */
        events: number;
        failedDeliveries: number;
        p50ResponseTime: number;
        p95ResponseTime: number;
        p99ResponseTime: number;
        /** @enum {string} */
        period: 'hour' | 'day' | 'week';
        successfulDeliveries: number;
        successRate: number;
        totalDeliveries: number;
      } | null;
      /** @description Parts that are null because nobody can know them now */
      unavailable: (
        | 'totals'
        | 'tenants'
        | 'worstEndpoints'
        | 'waiting'
        | 'oldestWaitingSeconds'
        | 'streams'
        | 'consumers'
        | 'projections'
        | 'conservation'
        | 'jobs'
      )[];
      /** @description Deliveries that wait in PostgreSQL, by reason; of a large waiting room an estimate */
      waiting: {
        [key: string]: number;
      } | null;
      /** @description Of which most failed in the period, 20 at most; where there are very many, in its newest part */
      worstEndpoints: components['schemas']['FleetEndpoint'][] | null;
    };
    FleetConservation: {
      checkedAt: string | null;
      deliveriesDifference: number;
      eventsDifference: number;
      /** @description null before the first count */
      holds: boolean | null;
    };
    FleetEndpoint: {
      /** @description While it is open no attempt is made but one probe at a time */
      circuit: {
        nextProbeAt: string | null;
        openedAt: string | null;
        /** @enum {string} */
        state: 'closed' | 'open' | 'half_open';
      };
      deadLetters: number;
      disabledReason: ('manual' | 'gone' | 'too_many_failures') | null;
      endpointId: string;
      failedDeliveries: number;
      /** @description ms; null without any attempt */
      p95ResponseTime: number | null;
      /** @enum {string} */
      status: 'active' | 'paused' | 'disabled';
      /** @description 0 to 1; null while none has finished */
      successRate: number | null;
      tenant: string;
      totalDeliveries: number;
      url: string;
      /** @description Deliveries that wait in PostgreSQL; of a large waiting room an estimate */
      waiting: number | null;
    };
    FleetTenant: {
      /** @description Of both equations together: 0 */
      conservationDifference: number | null;
      deadLetters: number;
      failedDeliveries: number;
      id: string;
      /** @description 0 to 1; null while none has finished */
      successRate: number | null;
      totalDeliveries: number;
      /** @description Deliveries that wait in PostgreSQL; of a large waiting room an estimate */
      waiting: number | null;
    };
    Job: {
      completedAt: string | null;
      /** Format: date-time */
      createdAt: string;
      error: string | null;
      id: string;
      /** @enum {string} */
      kind: 'tenant_erasure' | 'recover' | 'redrive';
      /** @description What was asked for */
      parameters: {
        endpointId?: string;
        eventId?: string;
        /**
         * @description failed: dead deliveries anew; missing: deliveries that were never made; all: one more of every event that matches now
         * @enum {string}
         */
        only?: 'failed' | 'missing' | 'all';
        /** @enum {string} */
        reason?:
          | 'exhausted'
          | 'non_retryable'
          | 'gone'
          | 'expired'
          | 'endpoint_disabled'
          | 'endpoint_deleted'
          | 'invalid_event'
          | 'poison'
          | 'event_erased';
        /** Format: date-time */
        since?: string;
        /** Format: date-time */
        until?: string;
      };
      progress: {
        /** @description Deliveries that were made or reopened */
        deliveries: number;
        /** @description Events, dead letters or rows that were looked at */
        done: number;
        /** @description Of those, for how many nothing could be done */
        failed: number;
        /** @description null: not known; a job may find more than that */
        total: number | null;
      };
      /** @enum {string} */
      state: 'queued' | 'running' | 'paused' | 'succeeded' | 'failed';
      tenant: string;
      /** Format: date-time */
      updatedAt: string;
      /** @description What it waits for; it goes on by itself */
      waitingFor: ('archive' | 'fan_out' | 'tables' | 'deliveries') | null;
    };
    JobPage: {
      data: components['schemas']['Job'][];
      nextCursor: string | null;
    };
    LiveDelivery: {
      /** @description The one that led to this, where there was one */
      attempt?: {
        durationMs: number;
        error: {
          code: string;
          message: string;
        } | null;
        number: number;
        /** @enum {string} */
        outcome: 'succeeded' | 'retry' | 'dead';
        /** Format: date-time */
        startedAt: string;
        /** @description Of the answer; null: there was none */
        status: number | null;
      };
      /** @description As the log has it at this position */
      delivery: components['schemas']['Delivery'];
      /** @description Also the `id` of the message */
      position: string;
    };
    LiveEvent: {
      apiVersion: string;
      /** @description The exact bytes that an endpoint of the default payload version is sent, as text */
      body: string;
      channels?: string[];
      created: number;
      id: string;
      orderingKey?: string;
      /** @description Also the `id` of the message */
      position: string;
      type: string;
    };
    LiveMissing: {
      id: string;
      /** @description Also the `id` of the message */
      position: string;
      /**
       * @description erased: on request; expired: it is past its retention
       * @enum {string}
       */
      reason: 'erased' | 'expired';
      type: string;
    };
    LiveReady: {
      /** @description What follows stands behind it */
      position: string;
    };
    LiveReset: {
      /** @description What follows stands behind it */
      position: string;
      /**
       * @description position_gone: the log does not reach back so far any more; what stood there is not told
       * @enum {string}
       */
      reason: 'position_gone';
    };
    Mismatch: {
      /** @enum {string} */
      code: 'disabled' | 'event_type' | 'channels' | 'filter';
      message: string;
      /** @description The condition of the filter */
      path?: string;
    };
    PlannedRequest: {
      /** @description The exact text, in the endpoint's payload version */
      body: string;
      /** @description Signatures and the values of custom headers are masked; what is not known before it is sent stands in angle brackets */
      headers: {
        [key: string]: string;
      };
      url: string;
    };
    Problem: {
      /** @enum {string} */
      code:
        | 'malformed_json'
        | 'invalid_utf8'
        | 'malformed_request'
        | 'invalid_cursor'
        | 'unauthorized'
        | 'invalid_signature'
        | 'forbidden'
        | 'not_found'
        | 'route_not_found'
        | 'tenant_not_found'
        | 'endpoint_not_found'
        | 'api_key_not_found'
        | 'portal_token_not_found'
        | 'event_type_not_found'
        | 'source_not_found'
        | 'job_not_found'
        | 'event_not_found'
        | 'delivery_not_found'
        | 'dead_letter_not_found'
        | 'method_not_allowed'
        | 'request_timeout'
        | 'event_id_conflict'
        | 'idempotency_conflict'
        | 'idempotency_in_progress'
        | 'tenant_exists'
        | 'tenant_not_deletable'
        | 'tenant_being_erased'
        | 'tenant_changed'
        | 'api_key_changed'
        | 'portal_token_changed'
        | 'event_type_changed'
        | 'source_exists'
        | 'source_changed'
        | 'endpoint_changed'
        | 'endpoint_not_active'
        | 'event_not_understood'
        | 'job_finished'
        | 'job_not_pausable'
        | 'recover_in_progress'
        | 'event_erased'
        | 'event_payload_expired'
        | 'delivery_not_finished'
        | 'payload_too_large'
        | 'unsupported_media_type'
        | 'invalid_request'
        | 'schema_violation'
        | 'unknown_event_type'
        | 'too_many_event_types'
        | 'too_many_sources'
        | 'invalid_schema'
        | 'incompatible_schema'
        | 'invalid_transform'
        | 'unknown_api_version'
        | 'data_object_missing'
        | 'data_base64_unsupported'
        | 'invalid_event_type'
        | 'reserved_event_type'
        | 'too_many_event_families'
        | 'invalid_event_id'
        | 'type_mismatch'
        | 'invalid_url'
        | 'url_not_allowed'
        | 'too_many_requests'
        | 'header_fields_too_large'
        | 'internal_error'
        | 'upstream_unavailable'
        | 'broker_unavailable'
        | 'database_unavailable';
      detail?: string;
      errors?: {
        code: string;
        message: string;
        path: string;
      }[];
      requestId?: string;
      status: number;
      title: string;
      type: string;
    };
    PublishBatch: {
      events: components['schemas']['PublishEvent'][];
    };
    PublishedBatch: {
      accepted: {
        duplicate: boolean;
        id: string;
        index: number;
      }[];
      rejected: {
        index: number;
        problem: components['schemas']['Problem'];
      }[];
    };
    PublishedEvent: {
      created: number;
      duplicate: boolean;
      id: string;
      type: string;
    };
    PublishEvent: {
      channels?: string[];
      /** @description Unix seconds; the time of acceptance when absent */
      created?: number;
      data: {
        object: {
          [key: string]: unknown;
        };
        previousAttributes?: {
          [key: string]: unknown;
        };
      };
      id?: string;
      orderingKey?: string;
      relatedObjects?: {
        [key: string]: unknown;
      };
      /** @example order.created */
      type: string;
    };
    Purged: {
      /** @description false: there were more than one request takes, ask again */
      complete: boolean;
      discarded: number;
    };
    PutEventType: {
      /** @default false */
      deprecated: boolean;
      /** @default  */
      description: string;
      /**
       * @description Each a `data.object`; each must fit the schema
       * @default []
       */
      examples: {
        [key: string]: unknown;
      }[];
      /**
       * @description JSON Schema (draft 2020-12) of `data.object`; enforced at both front doors
       * @default null
       */
      schema: {
        [key: string]: unknown;
      } | null;
      /** @default [] */
      versions: {
        /** @default  */
        description: string;
        name: string;
        /** @default null */
        schema: {
          [key: string]: unknown;
        } | null;
        transform: string;
      }[];
    };
    PutTenant: {
      /**
       * @description When its endpoints count as failing, and are disabled; null: as the fleet has it
       * @default null
       */
      alerts: {
        /** @description So many within the window, and no success since the first of them: the endpoint is disabled; null: never */
        disable?: {
          deadLetters: number;
          windowSeconds: number;
        } | null;
        /** @description So many dead letters in a row, however long that took: the endpoint is disabled; null: never */
        disableAfterConsecutive?: number | null;
        /** @description So many dead letters of an endpoint within the window raise an alert; null: never */
        warn?: {
          deadLetters: number;
          windowSeconds: number;
        } | null;
      } | null;
      /** @default  */
      description: string;
      /** @default {} */
      metadata: {
        [key: string]: string;
      };
      /**
       * @description Days after which something is forgotten; null: those of the fleet
       * @default {
       *       "payloadDays": null,
       *       "attemptDays": null,
       *       "rowDays": null
       *     }
       */
      retention: {
        /**
         * @description Of attempts, with what they sent and got
         * @default null
         */
        attemptDays: number | null;
        /**
         * @description Of the bytes of events
         * @default null
         */
        payloadDays: number | null;
        /**
         * @description Of events, deliveries and dead letters
         * @default null
         */
        rowDays: number | null;
      };
      /**
       * @description Whether events of a type that the catalogue does not have are refused
       * @default false
       */
      strictEventTypes: boolean;
    };
    ReceivedWebhook:
      | {
          /** @constant */
          received: true;
        }
      | {
          challenge: string;
        };
    Recover: {
      /**
       * @description failed: dead deliveries anew; missing: deliveries that were never made; all: one more of every event that matches now
       * @enum {string}
       */
      only: 'failed' | 'missing' | 'all';
      /**
       * Format: date-time
       * @description Events accepted at or after
       */
      since: string;
      /**
       * Format: date-time
       * @description Events accepted before; the time of the request when absent
       */
      until?: string;
    };
    Redriven: {
      /** @description The job that redrives the others, where there are more */
      jobId: string | null;
      /** @description Reopened by this request */
      redriven: number;
    };
    Replay: {
      /** @description To this endpoint alone, whatever its filters say; to all that match now when absent */
      endpointId?: string;
    };
    Replayed: {
      deliveries: {
        endpointId: string;
        id: string;
      }[];
      eventId: string;
    };
    RotatedSecret: {
      /**
       * Format: date-time
       * @description Until then the one before signs too
       */
      previousExpiresAt: string;
      /** @description Of the scheme standard-ed25519 (`whpk_…`); null without it */
      publicKey: string | null;
      /** @description The new secret */
      secret: string;
    };
    RotateSecret: {
      /**
       * @description How long the secret until now still signs beside the new one; 0: it ends at once
       * @default 86400
       */
      graceSeconds: number;
      /** @description One of your own; generated when absent */
      secret?: string;
    };
    Session: {
      /** @description Of the key or the portal token */
      credentialId: string | null;
      /** @description When a portal token ends */
      expiresAt: string | null;
      /**
       * @description What the credential is
       * @enum {string}
       */
      kind: 'admin' | 'api-key' | 'portal';
      /** @description Whose data it shows; of the admin token, as Postel-Tenant says */
      tenant: string;
      /** @description Of Postel */
      version: string;
    };
    Source: {
      /** Format: date-time */
      createdAt: string;
      description: string;
      id: string;
      metadata: {
        [key: string]: string;
      };
      name: string;
      /** @enum {string} */
      provider: 'standard-webhooks' | 'postel' | 'stripe' | 'github' | 'shopify' | 'slack' | 'hmac';
      rateLimit: {
        max: number;
        perSeconds: number;
      } | null;
      /** @description How many secrets are good; they are never shown */
      secretCount: number;
      signature: {
        /**
         * @default sha256
         * @enum {string}
         */
        algorithm: 'sha256' | 'sha1' | 'sha512';
        /**
         * @default hex
         * @enum {string}
         */
        encoding: 'hex' | 'base64';
        /** @description Of the signature */
        header: string;
        /**
         * @description Of the sender’s own id
         * @default null
         */
        idHeader: string | null;
        /**
         * @description Before the signature, such as `sha256=`
         * @default
         */
        prefix: string;
        /**
         * @description What is signed, of {body}, {timestamp} and {id}
         * @default {body}
         * @example {timestamp}.{body}
         */
        signed: string;
        /**
         * @description When it was signed; then it must be part of what is signed
         * @default null
         */
        timestamp: {
          header: string;
          /**
           * @default seconds
           * @enum {string}
           */
          unit: 'seconds' | 'milliseconds';
        } | null;
        /**
         * @description Of what happened; without it the field `type` of the body
         * @default null
         */
        typeHeader: string | null;
      } | null;
      /** @enum {string} */
      status: 'active' | 'disabled';
      toleranceSeconds: number;
      /** Format: date-time */
      updatedAt: string;
      /**
       * @description The path that the provider sends to
       * @example /webhooks/src_…
       */
      url: string;
    };
    SourcePage: {
      data: components['schemas']['Source'][];
      nextCursor: string | null;
    };
    Stats: {
      avgResponseTime: number;
      deadLetters: number;
      endpointId?: string;
      errorBreakdown: {
        [key: string]: number;
      };
      failedDeliveries: number;
      p50ResponseTime: number;
      p95ResponseTime: number;
      p99ResponseTime: number;
      /** @enum {string} */
      period: 'hour' | 'day' | 'week';
      successfulDeliveries: number;
      successRate: number;
      totalDeliveries: number;
    };
    StatsPoint: {
      /**
       * Format: date-time
       * @description When the step begins
       */
      at: string;
      deadLetters: number;
      errorBreakdown: {
        [key: string]: number;
      };
      failedDeliveries: number;
      /** @description ms; null without any attempt */
      p50ResponseTime: number | null;
      /** @description ms; null without any attempt */
      p95ResponseTime: number | null;
      /** @description ms; null without any attempt */
      p99ResponseTime: number | null;
      successfulDeliveries: number;
      /** @description 0 to 1; null while none has finished */
      successRate: number | null;
      totalDeliveries: number;
    };
    StatsSeries: {
      endpointId?: string;
      /** @enum {string} */
      period: 'hour' | 'day' | 'week';
      /** @description Oldest first, every step; the first and the last are of the same time as in the figures */
      points: components['schemas']['StatsPoint'][];
      /** @description 60 for an hour, otherwise 3600 */
      stepSeconds: number;
    };
    Tenant: {
      /** @description When its endpoints count as failing, and are disabled; null: as the fleet has it */
      alerts: {
        /** @description So many within the window, and no success since the first of them: the endpoint is disabled; null: never */
        disable?: {
          deadLetters: number;
          windowSeconds: number;
        } | null;
        /** @description So many dead letters in a row, however long that took: the endpoint is disabled; null: never */
        disableAfterConsecutive?: number | null;
        /** @description So many dead letters of an endpoint within the window raise an alert; null: never */
        warn?: {
          deadLetters: number;
          windowSeconds: number;
        } | null;
      } | null;
      /** Format: date-time */
      createdAt: string;
      description: string;
      id: string;
      metadata: {
        [key: string]: string;
      };
      /** @description Days after which something is forgotten; null: those of the fleet */
      retention: {
        /**
         * @description Of attempts, with what they sent and got
         * @default null
         */
        attemptDays: number | null;
        /**
         * @description Of the bytes of events
         * @default null
         */
        payloadDays: number | null;
        /**
         * @description Of events, deliveries and dead letters
         * @default null
         */
        rowDays: number | null;
      };
      /** @description Whether events of a type that the catalogue does not have are refused */
      strictEventTypes: boolean;
      /** Format: date-time */
      updatedAt: string;
    };
    TenantPage: {
      data: components['schemas']['Tenant'][];
      nextCursor: string | null;
    };
    TestedEndpoint: {
      deliveryId: string;
      eventId: string;
    };
    TestEndpoint: {
      /** @default webhook.test */
      type: string;
    };
    UpdateSource: {
      description?: string;
      metadata?: {
        [key: string]: string;
      };
      rateLimit?: {
        max: number;
        perSeconds: number;
      } | null;
      secrets?: string[];
      signature?: {
        /**
         * @default sha256
         * @enum {string}
         */
        algorithm: 'sha256' | 'sha1' | 'sha512';
        /**
         * @default hex
         * @enum {string}
         */
        encoding: 'hex' | 'base64';
        /** @description Of the signature */
        header: string;
        /**
         * @description Of the sender’s own id
         * @default null
         */
        idHeader: string | null;
        /**
         * @description Before the signature, such as `sha256=`
         * @default
         */
        prefix: string;
        /**
         * @description What is signed, of {body}, {timestamp} and {id}
         * @default {body}
         * @example {timestamp}.{body}
         */
        signed: string;
        /**
         * @description When it was signed; then it must be part of what is signed
         * @default null
         */
        timestamp: {
          header: string;
          /**
           * @default seconds
           * @enum {string}
           */
          unit: 'seconds' | 'milliseconds';
        } | null;
        /**
         * @description Of what happened; without it the field `type` of the body
         * @default null
         */
        typeHeader: string | null;
      };
      /** @enum {string} */
      status?: 'active' | 'disabled';
      toleranceSeconds?: number;
    };
    UpdateTenant: {
      /** @description When its endpoints count as failing, and are disabled; null: as the fleet has it */
      alerts?: {
        /** @description So many within the window, and no success since the first of them: the endpoint is disabled; null: never */
        disable?: {
          deadLetters: number;
          windowSeconds: number;
        } | null;
        /** @description So many dead letters in a row, however long that took: the endpoint is disabled; null: never */
        disableAfterConsecutive?: number | null;
        /** @description So many dead letters of an endpoint within the window raise an alert; null: never */
        warn?: {
          deadLetters: number;
          windowSeconds: number;
        } | null;
      } | null;
      description?: string;
      metadata?: {
        [key: string]: string;
      };
      /** @description Days after which something is forgotten; null: those of the fleet */
      retention?: {
        /**
         * @description Of attempts, with what they sent and got
         * @default null
         */
        attemptDays: number | null;
        /**
         * @description Of the bytes of events
         * @default null
         */
        payloadDays: number | null;
        /**
         * @description Of events, deliveries and dead letters
         * @default null
         */
        rowDays: number | null;
      };
      /** @description Whether events of a type that the catalogue does not have are refused */
      strictEventTypes?: boolean;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  getDocs: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getHealthz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getOpenapiJson: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getReadyz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description OK */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getAudit: {
    parameters: {
      query?: {
        action?:
          | 'event.replayed'
          | 'event.erased'
          | 'event.discarded'
          | 'delivery.retried'
          | 'delivery.redriven'
          | 'delivery.discarded'
          | 'endpoint.recovered'
          | 'log.exported'
          | 'endpoint.created'
          | 'endpoint.updated'
          | 'endpoint.paused'
          | 'endpoint.enabled'
          | 'endpoint.disabled'
          | 'endpoint.secret_rotated'
          | 'endpoint.secret_revealed'
          | 'endpoint.headers_sealed'
          | 'endpoint.deleted'
          | 'event_type.discovered'
          | 'event_type.put'
          | 'event_type.deleted'
          | 'tenant.created'
          | 'tenant.updated'
          | 'tenant.deleted'
          | 'tenant.erased'
          | 'api_key.created'
          | 'api_key.revoked'
          | 'portal_token.created'
          | 'portal_token.revoked'
          | 'source.created'
          | 'source.updated'
          | 'source.secrets_replaced'
          | 'source.deleted';
        actor?: string;
        cursor?: string;
        endpointId?: string;
        limit?: number;
        since?: string;
        until?: string;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AuditEntryPage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getConservation: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Conservation'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getDeadLetters: {
    parameters: {
      query?: {
        cursor?: string;
        endpointId?: string;
        eventId?: string;
        limit?: number;
        reason?:
          | 'exhausted'
          | 'non_retryable'
          | 'gone'
          | 'expired'
          | 'endpoint_disabled'
          | 'endpoint_deleted'
          | 'invalid_event'
          | 'poison'
          | 'event_erased';
        since?: string;
        type?: string;
        until?: string;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeadLetterPage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteDeadLetters: {
    parameters: {
      query?: {
        /** @description Needed when there is no other condition */
        all?: 'true';
        endpointId?: string;
        eventId?: string;
        reason?:
          | 'exhausted'
          | 'non_retryable'
          | 'gone'
          | 'expired'
          | 'endpoint_disabled'
          | 'endpoint_deleted'
          | 'invalid_event'
          | 'poison'
          | 'event_erased';
        since?: string;
        type?: string;
        until?: string;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Purged'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getDeadLettersId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeadLetter'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteDeadLettersId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postDeadLettersIdRedrive: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Redriven'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postDeadLettersRedrive: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': {
          endpointId?: string;
          eventId?: string;
          /** @enum {string} */
          reason?:
            | 'exhausted'
            | 'non_retryable'
            | 'gone'
            | 'expired'
            | 'endpoint_disabled'
            | 'endpoint_deleted'
            | 'invalid_event'
            | 'poison'
            | 'event_erased';
          /** Format: date-time */
          since?: string;
          type?: string;
          /** Format: date-time */
          until?: string;
        };
      };
    };
    responses: {
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Redriven'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getDeliveries: {
    parameters: {
      query?: {
        cursor?: string;
        endpointId?: string;
        eventId?: string;
        limit?: number;
        since?: string;
        status?: 'pending' | 'retrying' | 'succeeded' | 'dead' | 'discarded';
        type?: string;
        until?: string;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeliveryPage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getDeliveriesId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Delivery'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getDeliveriesIdAttempts: {
    parameters: {
      query?: {
        cursor?: string;
        limit?: number;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AttemptPage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postDeliveriesIdRetry: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Delivery'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEndpoints: {
    parameters: {
      query?: {
        cursor?: string;
        limit?: number;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EndpointPage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postEndpoints: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @default 2024-01-01 */
          apiVersion?: string;
          /** @default [] */
          channels?: string[];
          /** @default  */
          description?: string;
          /**
           * @default [
           *       "*"
           *     ]
           */
          events?: string[];
          /** @default null */
          filter?: components['schemas']['EventFilter'] | null;
          /** @default {} */
          headers?: {
            [key: string]: string;
          };
          /** @default 10 */
          maxInFlight?: number;
          /** @default {} */
          metadata?: {
            [key: string]: string;
          };
          /**
           * @default none
           * @enum {string}
           */
          ordering?: 'none' | 'key';
          /** @default null */
          rateLimit?: {
            max: number;
            perSeconds: number;
          } | null;
          retry?:
            | {
                /** @constant */
                preset: 'standard-webhooks';
              }
            | {
                schedule: number[];
              }
            | {
                /** @default 1000 */
                initialDelayMs?: number;
                /** @default 0.25 */
                jitter?: number;
                /** @default 5 */
                maxAttempts?: number;
                /** @default 3600000 */
                maxDelayMs?: number;
                /** @default 2 */
                multiplier?: number;
                /**
                 * @default [
                 *       408,
                 *       429,
                 *       500,
                 *       502,
                 *       503,
                 *       504
                 *     ]
                 */
                retryableStatuses?: number[];
              };
          secret?: string;
          /**
           * @default {
           *       "schemes": [
           *         "standard",
           *         "timestamp-hex"
           *       ]
           *     }
           */
          signature?: {
            schemes: ('standard' | 'standard-ed25519' | 'timestamp-hex' | 'body-hex')[];
          };
          /** @default 10000 */
          timeoutMs?: number;
          url: string;
        };
      };
    };
    responses: {
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedEndpoint'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEndpointsId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Endpoint'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteEndpointsId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  patchEndpointsId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': {
          apiVersion?: string;
          channels?: string[];
          description?: string;
          events?: string[];
          filter?: components['schemas']['EventFilter'] | null;
          headers?: {
            [key: string]: string;
          };
          maxInFlight?: number;
          metadata?: {
            [key: string]: string;
          };
          /** @enum {string} */
          ordering?: 'none' | 'key';
          rateLimit?: {
            max: number;
            perSeconds: number;
          } | null;
          /** @description null: the one of the fleet again */
          retry?:
            | (
                | {
                    /** @constant */
                    preset: 'standard-webhooks';
                  }
                | {
                    schedule: number[];
                  }
                | {
                    /** @default 1000 */
                    initialDelayMs?: number;
                    /** @default 0.25 */
                    jitter?: number;
                    /** @default 5 */
                    maxAttempts?: number;
                    /** @default 3600000 */
                    maxDelayMs?: number;
                    /** @default 2 */
                    multiplier?: number;
                    /**
                     * @default [
                     *       408,
                     *       429,
                     *       500,
                     *       502,
                     *       503,
                     *       504
                     *     ]
                     */
                    retryableStatuses?: number[];
                  }
              )
            | null;
          signature?: {
            schemes: ('standard' | 'standard-ed25519' | 'timestamp-hex' | 'body-hex')[];
          };
          timeoutMs?: number;
          url?: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Endpoint'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEndpointsIdDeliveries: {
    parameters: {
      query?: {
        cursor?: string;
        eventId?: string;
        limit?: number;
        since?: string;
        status?: 'pending' | 'retrying' | 'succeeded' | 'dead' | 'discarded';
        type?: string;
        until?: string;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeliveryPage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postEndpointsIdDisable: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Endpoint'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postEndpointsIdEnable: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Endpoint'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEndpointsIdHistory: {
    parameters: {
      query?: {
        cursor?: string;
        limit?: number;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EndpointChangePage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postEndpointsIdPause: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Endpoint'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postEndpointsIdRecover: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Recover'];
      };
    };
    responses: {
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postEndpointsIdRotateSecret: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['RotateSecret'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RotatedSecret'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEndpointsIdSecret: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EndpointSecret'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEndpointsIdStats: {
    parameters: {
      query?: {
        period?: 'hour' | 'day' | 'week';
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Stats'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEndpointsIdStatsSeries: {
    parameters: {
      query?: {
        period?: 'hour' | 'day' | 'week';
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StatsSeries'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postEndpointsIdTest: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['TestEndpoint'];
      };
    };
    responses: {
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TestedEndpoint'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEventTypes: {
    parameters: {
      query?: {
        cursor?: string;
        limit?: number;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EventTypePage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEventTypesName: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EventType'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  putEventTypesName: {
    parameters: {
      query?: {
        /** @description Take a schema that refuses what the last one accepted */
        force?: 'true' | 'false';
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['PutEventType'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EventType'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteEventTypesName: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEvents: {
    parameters: {
      query?: {
        cursor?: string;
        limit?: number;
        since?: string;
        type?: string;
        until?: string;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EventPage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postEvents: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/cloudevents+json': components['schemas']['CloudEvent'];
        'application/json': components['schemas']['PublishEvent'];
      };
    };
    responses: {
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PublishedEvent'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEventsId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Event'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteEventsId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Erasure'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEventsIdDeliveries: {
    parameters: {
      query?: {
        cursor?: string;
        limit?: number;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeliveryPage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postEventsIdReplay: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['Replay'];
      };
    };
    responses: {
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Replayed'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postEventsBatch: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/cloudevents-batch+json': components['schemas']['CloudEventBatch'];
        'application/json': components['schemas']['PublishBatch'];
      };
    };
    responses: {
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PublishedBatch'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postEventsExplain: {
    parameters: {
      query?: {
        cursor?: string;
        limit?: number;
      };
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PublishEvent'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ExplainedEvent'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getExport: {
    parameters: {
      query?: {
        /** @description The position of the last line that was read: it goes on behind it */
        after?: string;
        since?: string;
        until?: string;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Lines of JSON */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/x-ndjson': components['schemas']['ExportedFact'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getFleet: {
    parameters: {
      query?: {
        period?: 'hour' | 'day' | 'week';
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fleet'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getJobs: {
    parameters: {
      query?: {
        cursor?: string;
        /** @description Jobs that were asked for of this endpoint alone */
        endpointId?: string;
        kind?: 'tenant_erasure' | 'recover' | 'redrive';
        limit?: number;
        state?: 'queued' | 'running' | 'paused' | 'succeeded' | 'failed';
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobPage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getJobsId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postJobsIdPause: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postJobsIdResume: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getLiveDeliveries: {
    parameters: {
      query?: {
        /** @description The id of the last message that was read: it goes on behind it, as with the header Last-Event-ID, which counts where both are there. From now on without either */
        after?: string;
        endpointId?: string;
        status?: 'pending' | 'retrying' | 'succeeded' | 'dead' | 'discarded';
        /** @description An event type, or a prefix such as `order.*` */
        type?: string;
      };
      header?: {
        /** @description As `after`; a browser sends it by itself when it comes back */
        'Last-Event-ID'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Server-sent events (ready, reset, delivery) without an end; the schema is of their data */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream':
            | components['schemas']['LiveReady']
            | components['schemas']['LiveReset']
            | components['schemas']['LiveDelivery'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getLiveEvents: {
    parameters: {
      query?: {
        /** @description The id of the last message that was read: it goes on behind it, as with the header Last-Event-ID, which counts where both are there. From now on without either */
        after?: string;
        /** @description As `events` of an endpoint, with commas between them; all without it */
        events?: string;
      };
      header?: {
        /** @description As `after`; a browser sends it by itself when it comes back */
        'Last-Event-ID'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Server-sent events (ready, reset, event, missing) without an end; the schema is of their data */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream':
            | components['schemas']['LiveReady']
            | components['schemas']['LiveReset']
            | components['schemas']['LiveEvent']
            | components['schemas']['LiveMissing'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postPortalTokens: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['CreatePortalToken'];
      };
    };
    responses: {
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedPortalToken'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deletePortalTokensId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getSession: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Session'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getSources: {
    parameters: {
      query?: {
        cursor?: string;
        limit?: number;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SourcePage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postSources: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateSource'];
      };
    };
    responses: {
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedSource'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getSourcesId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Source'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteSourcesId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  patchSourcesId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['UpdateSource'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Source'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getStats: {
    parameters: {
      query?: {
        period?: 'hour' | 'day' | 'week';
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Stats'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getStatsSeries: {
    parameters: {
      query?: {
        period?: 'hour' | 'day' | 'week';
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StatsSeries'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getTenants: {
    parameters: {
      query?: {
        cursor?: string;
        limit?: number;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TenantPage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postTenants: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateTenant'];
      };
    };
    responses: {
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tenant'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getTenantsId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tenant'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  putTenantsId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['PutTenant'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tenant'];
        };
      };
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tenant'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteTenantsId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  patchTenantsId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['UpdateTenant'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tenant'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getTenantsIdApiKeys: {
    parameters: {
      query?: {
        cursor?: string;
        limit?: number;
      };
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ApiKeyPage'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postTenantsIdApiKeys: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same request again within 24 hours gets the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['CreateApiKey'];
      };
    };
    responses: {
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedApiKey'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteTenantsIdApiKeysKeyId: {
    parameters: {
      query?: never;
      header?: {
        /** @description With the admin token: for which tenant, `default` when absent. Other credentials have one */
        'Postel-Tenant'?: string;
      };
      path: {
        id: string;
        keyId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  postWebhooksSourceId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        sourceId: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': {
          [key: string]: unknown;
        };
        'application/x-www-form-urlencoded': {
          [key: string]: string;
        };
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ReceivedWebhook'];
        };
      };
      /** @description A problem (RFC 9457) */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A problem (RFC 9457) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
}
