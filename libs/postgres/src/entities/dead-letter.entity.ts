import type { ApiVersion, DeadLetterReason } from '@postel/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'dead_letters', synchronize: false })
export class DeadLetterEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  tenant!: string;

  @Column({ name: 'delivery_id', type: 'text', nullable: true })
  deliveryId!: string | null;

  @Column({ name: 'event_id', type: 'text' })
  eventId!: string;

  @Column({ name: 'event_seq', type: 'bigint' })
  eventSeq!: number;

  @Column({ name: 'endpoint_id', type: 'text', nullable: true })
  endpointId!: string | null;

  @Column({ type: 'text' })
  type!: string;

  @Column({ name: 'accepted_at', type: 'timestamptz' })
  acceptedAt!: Date;

  @Column({ type: 'text' })
  reason!: DeadLetterReason;

  @Column({ name: 'last_status', type: 'integer', nullable: true })
  lastStatus!: number | null;

  @Column({ name: 'last_error_code', type: 'text', nullable: true })
  lastErrorCode!: string | null;

  @Column({ name: 'last_error_message', type: 'text', nullable: true })
  lastErrorMessage!: string | null;

  @Column({ type: 'integer' })
  attempts!: number;

  @Column({ name: 'last_attempt_at', type: 'timestamptz', nullable: true })
  lastAttemptAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'log_seq', type: 'bigint' })
  logSeq!: number;

  @Column({ type: 'integer' })
  hop!: number;

  @Column({ name: 'ordering_key', type: 'text', nullable: true })
  orderingKey!: string | null;

  @Column({ name: 'ordering_sequence', type: 'bigint', nullable: true })
  orderingSequence!: number | null;

  @Column({ name: 'attempts_before_reopen', type: 'integer' })
  attemptsBeforeReopen!: number;

  @Column({ name: 'api_version', type: 'text', nullable: true })
  apiVersion!: ApiVersion | null;

  @Column({ type: 'text', nullable: true })
  path!: string | null;

  /** Up to 1 MiB: only loaded where it is asked for. */
  @Column({ type: 'bytea', nullable: true, select: false })
  payload?: Buffer | null;

  @Column({ type: 'text', nullable: true })
  subject!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  headers!: Record<string, string> | null;
}
