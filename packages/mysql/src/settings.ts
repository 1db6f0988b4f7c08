/** SETTINGS: on which variables of the server and of the session the promises of the port rest. */

/** A variable that may break a promise. One that a server does not know is left out: it cannot be set wrong there. */
export interface Setting {
  /** In lower case. */
  readonly name: string;
  /** @param values - all variables by their names; every value is in upper case */
  readonly holds: (value: string, values: ReadonlyMap<string, string>) => boolean;
  /** What breaks, and what to do about it. */
  readonly otherwise: string;
}

const LOST_BY_CRASH = 'after a crash counted failures are forgotten and spent codes work again. Set it to 1.';
const REPLICA = 'this is a replica, or closed for writing. Point the pool at the primary.';
const bits = (value: string, mask: number): boolean => (Number(value) & mask) === mask;
const isOff = (value: string): boolean => value === 'OFF' || value === '0';

/** In the order in which they are told. */
export const SETTINGS: readonly Setting[] = [
  // 3 is MariaDB's: as durable as 1, and slower.
  { name: 'innodb_flush_log_at_trx_commit', holds: (value) => ['1', '3'].includes(value), otherwise: LOST_BY_CRASH },
  {
    name: 'sync_binlog',
    // With a binary log, a transaction survives only if it is in there.
    holds: (value, values) => value === '1' || isOff(values.get('log_bin') ?? 'OFF'),
    otherwise: `the binary log is on, and ${LOST_BY_CRASH}`,
  },
  {
    name: 'wsrep_sync_wait',
    holds: (value, values) => bits(value, 1) || isOff(values.get('wsrep_on') ?? 'OFF'),
    otherwise:
      'a node of Galera that lags answers from the past, so a user who has just enrolled signs in without the second ' +
      'factor. Set it to 1 (or 7) for the sessions of this pool or for all.',
  },
  {
    name: 'group_replication_consistency',
    holds: (value, values) =>
      (values.get('group_replication_group_name') ?? '') === '' ||
      !isOff(values.get('group_replication_single_primary_mode') ?? 'OFF') ||
      ['BEFORE', 'AFTER', 'BEFORE_AND_AFTER'].includes(value),
    otherwise: 'a member of the group that lags answers from the past. Set it to BEFORE.',
  },
  { name: 'read_only', holds: isOff, otherwise: REPLICA },
  { name: 'super_read_only', holds: isOff, otherwise: REPLICA },
  { name: 'innodb_read_only', holds: isOff, otherwise: REPLICA },
  { name: 'transaction_read_only', holds: isOff, otherwise: 'nothing can be stored. Turn it off for this pool.' },
  { name: 'tx_read_only', holds: isOff, otherwise: 'nothing can be stored. Turn it off for this pool.' },
  {
    name: 'autocommit',
    holds: (value) => !isOff(value),
    otherwise: 'what the store writes would wait for a COMMIT that never comes. Turn it on for this pool.',
  },
  ...['transaction_isolation', 'tx_isolation'].map((name) => ({
    name,
    holds: (value: string) => value !== 'READ-UNCOMMITTED',
    otherwise: 'a read would see what may still be rolled back. Use READ-COMMITTED or stricter.',
  })),
  {
    name: 'sql_mode',
    holds: (value) => /STRICT_(?:TRANS|ALL)_TABLES|TRADITIONAL/.test(value),
    otherwise: 'what does not fit would be cut, not refused. Add STRICT_TRANS_TABLES.',
  },
];
