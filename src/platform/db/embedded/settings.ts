/** The settings of the embedded server; they stand on its command line and win over the files of its folder. */

const always = {
  listen_addresses: '127.0.0.1',
  unix_socket_permissions: '0700',
  password_encryption: 'scram-sha-256',
  // Several processes of the program, each with its pool; a connection costs about 5 MB here when it works.
  max_connections: '100',
  // One process on a practice's machine shares it with the mail server: modest, and the system's own cache does the rest.
  shared_buffers: '128MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '1GB',
  // Enough for archiving and for backups taken while it runs; there are no replicas.
  wal_level: 'replica',
  max_wal_senders: '0',
  max_replication_slots: '0',
  max_logical_replication_workers: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Invariant 10: an error of a statement may quote a value. The client gets it; the server's own log keeps none.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_lock_waits: 'off',
  log_min_duration_statement: '-1',
  log_autovacuum_min_duration: '-1',
  log_checkpoints: 'off',
} as const;

/** What `250` after DATA stands on (invariant 4): the defaults of PostgreSQL, said aloud so that no file undoes them. */
const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } as const;

const throwAway = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } as const;

export function serverSettings(isDurable: boolean, socketFolder: string | undefined): Readonly<Record<string, string>> {
  return { ...always, unix_socket_directories: socketFolder ?? '', ...(isDurable ? durable : throwAway) };
}
