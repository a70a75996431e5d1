/** `connection.json`: the port and the passwords of the embedded PostgreSQL. Written whole or not at all, for us alone to read. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../../base/errors.ts';
import { embeddedTexts } from './texts.ts';

export interface ConnectionFile {
  readonly port: number;
  /** Of the superuser, who creates databases and their roles and does nothing else. */
  readonly adminPassword: string;
  readonly databases: Readonly<Record<string, DatabasePasswords>>;
}

export interface DatabasePasswords {
  readonly owner: string;
  readonly app: string;
}

export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

export function readConnectionFile(folder: string): ConnectionFile | undefined {
  const path = join(folder, 'connection.json');
  if (!existsSync(path)) return undefined;
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (isConnectionFile(value)) return value;
  } catch (fault) {
    if (!(fault instanceof SyntaxError)) throw fault;
  }
  throw new Refusal('postgres-connection-file', embeddedTexts.badConnectionFile(path));
}

export function writeConnectionFile(folder: string, content: ConnectionFile): void {
  const path = join(folder, 'connection.json');
  const making = `${path}.new`;
  const file = openSync(making, 'w', 0o600);
  try {
    writeSync(file, JSON.stringify(content, undefined, 2));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(making, path);
  const parent = openSync(folder, 'r');
  try {
    fsyncSync(parent); // the rename too must survive a power cut: the passwords exist nowhere else
  } finally {
    closeSync(parent);
  }
}

function isConnectionFile(value: unknown): value is ConnectionFile {
  if (typeof value !== 'object' || value === null) return false;
  if (!('port' in value) || !('adminPassword' in value) || !('databases' in value)) return false;
  const { port, adminPassword, databases } = value;
  if (typeof port !== 'number' || typeof adminPassword !== 'string') return false;
  if (typeof databases !== 'object' || databases === null) return false;
  return Object.values(databases).every(isPasswords);
}

function isPasswords(value: unknown): value is DatabasePasswords {
  if (typeof value !== 'object' || value === null || !('owner' in value) || !('app' in value)) return false;
  return typeof value.owner === 'string' && typeof value.app === 'string';
}
