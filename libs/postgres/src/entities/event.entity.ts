import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'events', synchronize: false })
export class EventEntity {
  @PrimaryColumn({ name: 'accepted_at', type: 'timestamptz' })
  acceptedAt!: Date;

  @PrimaryColumn({ type: 'bigint' })
  seq!: number;

  @Column({ type: 'text' })
  tenant!: string;

  @Column({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  type!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'text' })
  door!: 'http' | 'nats';

  @Column({ type: 'jsonb' })
  channels!: string[];

  @Column({ type: 'bytea', nullable: true })
  payload!: Buffer | null;

  @Column({ type: 'jsonb' })
  headers!: Record<string, string>;

  @Column({ type: 'boolean' })
  valid!: boolean;

  @Column({ name: 'erased_at', type: 'timestamptz', nullable: true })
  erasedAt!: Date | null;
}
