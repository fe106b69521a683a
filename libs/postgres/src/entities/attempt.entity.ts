import type { AttemptRecord, AttemptTiming } from '@postel/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'attempts', synchronize: false })
export class AttemptEntity {
  @PrimaryColumn({ name: 'delivery_id', type: 'text' })
  deliveryId!: string;

  @PrimaryColumn({ type: 'integer' })
  number!: number;

  @PrimaryColumn({ name: 'accepted_at', type: 'timestamptz' })
  acceptedAt!: Date;

  @Column({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  tenant!: string;

  @Column({ name: 'endpoint_id', type: 'text' })
  endpointId!: string;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  @Column({ name: 'duration_ms', type: 'double precision' })
  durationMs!: number;

  @Column({ type: 'json' })
  timing!: AttemptTiming;

  @Column({ name: 'request_url', type: 'text' })
  requestUrl!: string;

  @Column({ name: 'request_headers', type: 'json' })
  requestHeaders!: Record<string, string>;

  @Column({ name: 'response_status', type: 'integer', nullable: true })
  responseStatus!: number | null;

  @Column({ name: 'response_headers', type: 'json', nullable: true })
  responseHeaders!: Record<string, string> | null;

  @Column({ name: 'response_body', type: 'text', nullable: true })
  responseBody!: string | null;

  @Column({ name: 'response_truncated', type: 'boolean', nullable: true })
  responseTruncated!: boolean | null;

  @Column({ name: 'error_code', type: 'text', nullable: true })
  errorCode!: string | null;

  @Column({ name: 'error_message', type: 'text', nullable: true })
  errorMessage!: string | null;

  @Column({ type: 'text' })
  outcome!: AttemptRecord['outcome'];

  @Column({ name: 'log_seq', type: 'bigint' })
  logSeq!: number;
}
