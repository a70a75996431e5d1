import { parentPort, workerData } from 'node:worker_threads';
import { Refusal } from '../../base/errors.ts';
import { readSignedWhiteList, type WhiteListEntry } from '../../formats/white-list/white-list.ts';
import type { WorkerAnswer } from './verify-file.ts';

/** The thread that `verify-file.ts` starts: it reads one white list, answers and ends. */

function readList(file: Uint8Array): WorkerAnswer {
  try {
    const { generatedAt, entries, unreadableEntries, sha256, signer } = readSignedWhiteList(file);
    const domainCount = new Set(entries.map(({ domain }) => domain)).size;
    const entriesJson = new TextEncoder().encode(JSON.stringify(entries.map(rowOf)));
    const list = { generatedAt, entryCount: entries.length, domainCount, unreadableEntries, sha256, entriesJson };
    return { outcome: 'read', list: { ...list, signerDer: signer.der } };
  } catch (fault) {
    if (fault instanceof Refusal) return { outcome: 'refused', code: fault.code };
    throw fault;
  }
}

/** A row of `trust.white_list_entry`, by the names of its columns. */
function rowOf({ dnKey, updatedAt, ...same }: WhiteListEntry): object {
  return { ...same, dn_key: dnKey, updated_at: updatedAt };
}

// Nothing happens when another than `verify-file.ts` imports this.
if (parentPort !== null && workerData instanceof Uint8Array) {
  const answer = readList(workerData);
  parentPort.postMessage(answer, answer.outcome === 'read' ? [answer.list.entriesJson.buffer] : []);
}
