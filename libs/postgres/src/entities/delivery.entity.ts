import type { ApiVersion } from '@postel/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DeliveryStatus } from '../delivery-log/delivery.js';

@Entity({ name: 'deliveries', synchronize: false })
export class DeliveryEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @PrimaryColumn({ name: 'accepted_at', type: 'timestamptz' })
  acceptedAt!: Date;

  @Column({ type: 'text' })
  tenant!: string;

  @Column({ name: 'event_id', type: 'text' })
  eventId!: string;

  @Column({ name: 'event_seq', type: 'bigint' })
  eventSeq!: number;

  @Column({ type: 'text' })
  type!: string;

  @Column({ name: 'endpoint_id', type: 'text' })
  endpointId!: string;

  @Column({ type: 'text' })
  url!: string;

  @Column({ name: 'api_version', type: 'text' })
  apiVersion!: ApiVersion;

  @Column({ type: 'text' })
  status!: DeliveryStatus;

  @Column({ type: 'integer' })
  attempts!: number;

  @Column({ name: 'last_status', type: 'integer', nullable: true })
  lastStatus!: number | null;

  @Column({ name: 'last_error_code', type: 'text', nullable: true })
  lastErrorCode!: string | null;

  @Column({ name: 'last_error_message', type: 'text', nullable: true })
  lastErrorMessage!: string | null;

  @Column({ name: 'next_attempt_at', type: 'timestamptz', nullable: true })
  nextAttemptAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'completed_at', type: 'timestamptz', nullable: true })
  completedAt!: Date | null;

  @Column({ type: 'integer' })
  hop!: number;

  @Column({ name: 'ordering_key', type: 'text', nullable: true })
  orderingKey!: string | null;

  @Column({ name: 'ordering_sequence', type: 'bigint', nullable: true })
  orderingSequence!: number | null;

  @Column({ name: 'attempts_before_reopen', type: 'integer' })
  attemptsBeforeReopen!: number;

  @Column({ name: 'created_seq', type: 'bigint' })
  createdSeq!: number;

  @Column({ name: 'created_ordinal', type: 'integer' })
  createdOrdinal!: number;

  @Column({ name: 'log_seq', type: 'bigint' })
  logSeq!: number;
}
