import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '../../base/errors.ts';
import { cliTexts } from './texts.ts';

/** A file to send; `name` is how it is shown: below the folder that was named, or alone. */
export interface SendableFile {
  readonly path: string;
  readonly name: string;
  /** A message as it is, or a document to attach to one. */
  readonly kind: 'message' | 'document';
  readonly contentType: string;
}

const messageTypes: Readonly<Record<string, string>> = { '.eml': 'message/rfc822', '.msg': 'message/rfc822' };
/** Documents that practices exchange, by the end of their name. */
const documentTypes: Readonly<Record<string, string>> = {
  '.xml': 'text/xml',
  '.pdf': 'application/pdf',
  '.zip': 'application/zip',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
};

function extensionOf(name: string): string {
  return path.extname(name).toLowerCase();
}

function asSendable(file: string, name: string): SendableFile {
  const extension = extensionOf(name);
  const messageType = messageTypes[extension];
  return {
    path: file,
    name,
    kind: messageType === undefined ? 'document' : 'message',
    contentType: messageType ?? documentTypes[extension] ?? 'application/octet-stream',
  };
}

/** Of the files of one folder: its messages; where there are none, its documents. What stands beside messages is about them. */
function chooseFrom(names: readonly string[]): readonly string[] {
  const messages = names.filter((name) => extensionOf(name) in messageTypes);
  return messages.length > 0 ? messages : names.filter((name) => extensionOf(name) in documentTypes);
}

async function filesBelow(folder: string, shownAs: string): Promise<readonly SendableFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((one, other) => one.name.localeCompare(other.name, 'fr'));
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  const files = chooseFrom(names).map((name) => asSendable(path.join(folder, name), path.join(shownAs, name)));
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    files.push(...(await filesBelow(path.join(folder, entry.name), path.join(shownAs, entry.name))));
  }
  return files;
}

/** Named files whatever they are; of named folders, what {@link chooseFrom} takes in them and in the folders below them. */
export async function findSendable(places: readonly string[]): Promise<readonly SendableFile[]> {
  const files: SendableFile[] = [];
  for (const place of places) {
    const found = await stat(place).catch(() => undefined);
    if (found === undefined) throw new Refusal('file-unreadable', cliTexts.send.unreadable(place));
    if (found.isDirectory()) files.push(...(await filesBelow(place, '')));
    else files.push(asSendable(place, path.basename(place)));
  }
  return files;
}
