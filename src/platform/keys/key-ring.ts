/**
 * Where key-encryption keys come from. The text of a source holds one key a line, 32 bytes in base64; the first is the
 * current one, the others still open what they wrapped; empty lines and lines that begin with `#` are skipped.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open, realpath, rename, rm } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { Refusal, Temporary } from '../../base/errors.ts';
import { keyLimits } from '../../base/limits.ts';
import { type KeyEncryptionKey, type KeyRing, keyBytes, newKey, unwrapKey, wrapKey } from './keys.ts';
import { keyTexts } from './texts.ts';

export type KeyRingSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'command'; readonly argv: readonly [string, ...string[]] };

interface LoadOptions {
  /** The key may not lie under it: a backup of the data would carry the key (invariant 9). */
  readonly dataFolder: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The ring that `source` holds. Throws `Refusal` when the source is unsafe or malformed, `Temporary` when a command fails. */
export async function loadKeyRing(source: KeyRingSource, options: LoadOptions): Promise<KeyRing> {
  switch (source.kind) {
    case 'file':
      return parseRing(await readKeyFile(source.path, options.dataFolder));
    case 'environment': {
      const text = (options.environment ?? process.env)[source.name];
      if (text === undefined || text === '')
        throw new Refusal('key-source-empty', keyTexts.environmentEmpty(source.name));
      // An environment variable holds one line: keys are parted by commas.
      return parseRing(text.replaceAll(',', '\n'));
    }
    case 'command':
      return parseRing(await runKeyCommand(source.argv));
  }
}

/** A ring of these keys, the current one first. */
export function createKeyRing(keys: readonly [Buffer, ...Buffer[]]): KeyRing {
  const [first, ...others] = keys;
  const current = keyEncryptionKey(first);
  const byId = new Map([current, ...others.map(keyEncryptionKey)].map((key) => [key.id, key]));
  return { current, ids: [...byId.keys()], find: (id) => byId.get(id) };
}

/** Writes a new key file that its owner alone can read, with one new key. Refuses to replace a file. */
export async function createKeyFile(path: string, options: { readonly dataFolder: string }): Promise<void> {
  await refuseInsideDataFolder(dirname(path), options.dataFolder);
  await writeDurably(path, `${newKey().toString('base64')}\n`);
}

/** Puts a new current key above those of the file; `DataKeys.rewrapAll` then moves the rows to it. */
export async function rotateKeyFile(path: string, options: { readonly dataFolder: string }): Promise<void> {
  const text = `${newKey().toString('base64')}\n${await readKeyFile(path, options.dataFolder)}`;
  parseRing(text);
  const next = `${path}.next`;
  await rm(next, { force: true });
  await writeDurably(next, text);
  await rename(next, path);
  await syncFolder(dirname(path));
}

function keyEncryptionKey(key: Buffer): KeyEncryptionKey {
  // The key has 256 random bits: a prefix of its hash tells nothing of it.
  const id = createHash('sha256').update('hygie key-encryption key').update(key).digest('hex').slice(0, 12);
  return {
    id,
    wrap: (dataKey, aad) => wrapKey(key, dataKey, aad),
    unwrap: (wrapped, aad) => unwrapKey(key, wrapped, aad),
  };
}

function parseRing(text: string): KeyRing {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const keys = lines.map((line, index) => {
    const key = Buffer.from(line, 'base64');
    if (key.length !== keyBytes || key.toString('base64') !== line) {
      throw new Refusal('key-malformed', keyTexts.malformed(index + 1));
    }
    return key;
  });
  const [first, ...others] = keys;
  if (first === undefined) throw new Refusal('key-source-empty', keyTexts.empty);
  if (keys.length > keyLimits.ringKeys) throw new Refusal('key-ring-too-large', keyTexts.tooMany(keyLimits.ringKeys));
  return createKeyRing([first, ...others]);
}

async function readKeyFile(path: string, dataFolder: string): Promise<string> {
  // The permissions are read from the open file, not from the path: nobody can swap it in between.
  const file = await open(path, 'r').catch((fault: unknown) => {
    throw new Refusal('key-file-unreadable', keyTexts.unreadable(path), { cause: fault });
  });
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new Refusal('key-file-unreadable', keyTexts.unreadable(path));
    if ((status.mode & 0o077) !== 0) throw new Refusal('key-file-exposed', keyTexts.exposed(path));
    const self = process.getuid?.();
    if (self !== undefined && status.uid !== self && status.uid !== 0) {
      throw new Refusal('key-file-exposed', keyTexts.foreign(path));
    }
    if (status.size > keyLimits.ringTextBytes) throw new Refusal('key-ring-too-large', keyTexts.tooLong(path));
    await refuseInsideDataFolder(path, dataFolder);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

async function refuseInsideDataFolder(path: string, dataFolder: string): Promise<void> {
  // Links are followed on both sides: a link out of the folder is fine, a link into it is not.
  const real = await realpath(path).catch(() => resolve(path));
  const folder = await realpath(dataFolder).catch(() => resolve(dataFolder));
  const way = relative(folder, real);
  const inside = way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way));
  if (inside) throw new Refusal('key-file-in-data-folder', keyTexts.insideDataFolder(path));
}

async function runKeyCommand(argv: readonly [string, ...string[]]): Promise<string> {
  const [command, ...args] = argv;
  return new Promise((done, fail) => {
    execFile(
      command,
      args,
      { timeout: keyLimits.ringCommandMs, maxBuffer: keyLimits.ringTextBytes, encoding: 'utf8', windowsHide: true },
      (fault, stdout) => {
        // What the command printed is not kept with the fault: it may be a key.
        if (fault) fail(new Temporary('key-command-failed', keyTexts.commandFailed(command)));
        else done(stdout);
      },
    );
  });
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
