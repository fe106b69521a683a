import { Alerts1764430000001 } from './alerts.js';
import { AttemptsAsJson1763800000005 } from './attempts-as-json.js';
import { Conservation1764450000001 } from './conservation.js';
import { DeliveryOrder1763800000004 } from './delivery-order.js';
import { ErasureAndAudit1764440000001 } from './erasure-and-audit.js';
import { JobsByPage1764420000001 } from './jobs-by-page.js';
import { Jobs1763900000001 } from './jobs.js';
import { KeepAndSetAside1764470000001 } from './keep-and-set-aside.js';
import { ListsAndFleet1764480000032 } from './lists-and-fleet.js';
import { ReopenedInOrder1764490000001 } from './reopened-in-order.js';
import { StatsAndPositions1764460000001 } from './stats-and-positions.js';
import { TablesByDay1763800000001 } from './tables-by-day.js';
import { TablesOfNow1763800000002 } from './tables-of-now.js';
import { WaitingAsked1764500000001 } from './waiting-asked.js';
import { WaitingByPartition1763800000003 } from './waiting-by-partition.js';
import { WaitingTrace1764480000031 } from './waiting-trace.js';

/**
 * In the order of their times, a new one always last. One that the version before could not work with has a name that
 * begins with `Contract` (ADR 36).
 */
export const allMigrations = [
  TablesByDay1763800000001,
  TablesOfNow1763800000002,
  WaitingByPartition1763800000003,
  DeliveryOrder1763800000004,
  AttemptsAsJson1763800000005,
  Jobs1763900000001,
  JobsByPage1764420000001,
  Alerts1764430000001,
  ErasureAndAudit1764440000001,
  Conservation1764450000001,
  StatsAndPositions1764460000001,
  KeepAndSetAside1764470000001,
  WaitingTrace1764480000031,
  ListsAndFleet1764480000032,
  ReopenedInOrder1764490000001,
  WaitingAsked1764500000001,
] as const;

export const migrationNames: readonly string[] = allMigrations.map(({ name }) => name);

export const migrationsTable = 'postel_migrations';
