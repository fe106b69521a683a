/** Every error code that a user can meet, with the HTTP status it has at the edge. Codes are stable: only add. */
export const errorCodes = {
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  invalid_utf8: { status: 400, title: 'The body is not valid UTF-8' },
  malformed_request: { status: 400, title: 'The request cannot be understood' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of ours' },
  unauthorized: { status: 401, title: 'A valid credential is needed' },
  invalid_signature: { status: 401, title: 'The signature is not one of this source' },
  forbidden: { status: 403, title: 'This credential may not do that' },
  not_found: { status: 404, title: 'There is nothing here' },
  route_not_found: { status: 404, title: 'There is no such route' },
  tenant_not_found: { status: 404, title: 'There is no such tenant' },
  endpoint_not_found: { status: 404, title: 'There is no such endpoint' },
  api_key_not_found: { status: 404, title: 'There is no such API key' },
  portal_token_not_found: { status: 404, title: 'There is no such portal token' },
  event_type_not_found: { status: 404, title: 'There is no such event type' },
  source_not_found: { status: 404, title: 'There is no such source' },
  job_not_found: { status: 404, title: 'There is no such job' },
  event_not_found: { status: 404, title: 'There is no such event' },
  delivery_not_found: { status: 404, title: 'There is no such delivery' },
  dead_letter_not_found: { status: 404, title: 'There is no such dead letter' },
  method_not_allowed: { status: 405, title: 'This route does not take that method' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  event_id_conflict: { status: 409, title: 'This id was used for another event' },
  idempotency_conflict: { status: 409, title: 'This idempotency key was used for another request' },
  idempotency_in_progress: { status: 409, title: 'The first request with this idempotency key is under way' },
  tenant_exists: { status: 409, title: 'There is a tenant of this name already' },
  tenant_not_deletable: { status: 409, title: 'This tenant cannot be deleted' },
  tenant_being_erased: { status: 409, title: 'A tenant of this name is still being erased' },
  tenant_changed: { status: 409, title: 'The tenant was changed at the same time' },
  api_key_changed: { status: 409, title: 'The API key was changed at the same time' },
  portal_token_changed: { status: 409, title: 'The portal token was changed at the same time' },
  event_type_changed: { status: 409, title: 'The event type was changed at the same time' },
  source_exists: { status: 409, title: 'There is a source of this name already' },
  source_changed: { status: 409, title: 'The source was changed at the same time' },
  endpoint_changed: { status: 409, title: 'The endpoint was changed at the same time' },
  endpoint_not_active: { status: 409, title: 'The endpoint is not active' },
  event_not_understood: { status: 409, title: 'The event could not be understood' },
  job_finished: { status: 409, title: 'The job has ended' },
  job_not_pausable: { status: 409, title: 'This job cannot be paused' },
  recover_in_progress: { status: 409, title: 'Another recover of this endpoint is under way' },
  event_erased: { status: 409, title: 'The event was erased' },
  event_payload_expired: { status: 409, title: 'The payload of the event is past its retention' },
  delivery_not_finished: { status: 409, title: 'The delivery is still under way' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  invalid_request: { status: 422, title: 'The request was understood and refused' },
  schema_violation: { status: 422, title: 'The event does not fit the schema of its type' },
  unknown_event_type: { status: 422, title: 'The event type is not in the catalogue' },
  too_many_event_types: { status: 422, title: 'No more event types can be added' },
  too_many_sources: { status: 422, title: 'No more sources can be added' },
  invalid_schema: { status: 422, title: 'The JSON Schema cannot be used' },
  incompatible_schema: { status: 422, title: 'The schema refuses what the last one accepted' },
  invalid_transform: { status: 422, title: 'The payload version cannot be used' },
  unknown_api_version: { status: 422, title: 'No event type declares this payload version' },
  data_object_missing: { status: 422, title: 'An event needs data.object' },
  data_base64_unsupported: { status: 422, title: 'A CloudEvent with data_base64 is not taken' },
  invalid_event_type: { status: 422, title: 'The event type is not valid' },
  reserved_event_type: { status: 422, title: 'The event type is reserved' },
  too_many_event_families: { status: 422, title: 'No more first words of event types can be added' },
  invalid_event_id: { status: 422, title: 'The event id is not valid' },
  type_mismatch: { status: 422, title: 'The type does not match the subject' },
  invalid_url: { status: 422, title: 'The URL is not one that can be delivered to' },
  url_not_allowed: { status: 422, title: 'The URL leads to an address that is not allowed' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  header_fields_too_large: { status: 431, title: 'The headers are too large' },
  internal_error: { status: 500, title: 'Something went wrong here' },
  upstream_unavailable: { status: 503, title: 'A part of Postel is not reachable' },
  broker_unavailable: { status: 503, title: 'The broker cannot take more right now' },
  database_unavailable: { status: 503, title: 'The database is not reachable' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** A fault in a body or a query: where it is, and what it is. */
export interface FieldError {
  /** Dotted, as in `data.object`; empty for the whole. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly requestId?: string;
}

/** An expected refusal, as a value: features return it, the edge alone turns it into an answer. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
}

/**
 * Codes that have one place, so that whoever refuses need not name it: each fault of a body or a query has its path
 * (contract: HTTP API). Empty: the whole body.
 */
const places: Partial<Readonly<Record<ErrorCode, string>>> = {
  malformed_json: '',
  invalid_utf8: '',
  invalid_cursor: 'cursor',
};

export function problemOf({ code, detail, errors = errorsAt(code, detail) }: Refusal): Problem {
  const { status, title } = errorCodes[code];
  return {
    type: `https://postel.dev/problems/${code}`,
    title,
    status,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
  };
}

function errorsAt(code: ErrorCode, detail: string | undefined): readonly FieldError[] | undefined {
  const path = places[code];
  return path === undefined ? undefined : [{ path, code, message: detail ?? errorCodes[code].title }];
}
