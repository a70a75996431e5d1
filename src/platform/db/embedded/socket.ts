/**
 * The Unix socket of the embedded server: half the cost of TCP over loopback, which a batch of messages pays a dozen times.
 * It lies inside the cluster, where the folder (0700) and the socket (0700) let in its account and root; passwords are
 * asked all the same.
 */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { embeddedLimits } from '../../../base/limits.ts';

/** Where programs reach a server: by the socket in a folder when there is one, else by the port on loopback. */
export interface ServerAddress {
  readonly port: number;
  readonly socketFolder?: string | undefined;
}

const longestPort = 65_535;

function socketPath(folder: string, port: number): string {
  return join(folder, `.s.PGSQL.${port}`);
}

/** The folder of the socket of the cluster in `data`; undefined where the system or PostgreSQL takes no such path. */
export function socketFolderOf(data: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  const folder = resolve(data);
  if (Buffer.byteLength(socketPath(folder, longestPort)) > embeddedLimits.socketPathBytes) return undefined;
  return /[,"]/.test(folder) ? undefined : folder; // they mean something in the setting, which is a list
}

/** A killed server leaves its socket and the lock of it, whose number may live again as another process. */
export function removeStaleSocket(data: string, port: number): void {
  for (const path of [socketPath(data, port), `${socketPath(data, port)}.lock`]) rmSync(path, { force: true });
}
