import { parentPort, workerData } from 'node:worker_threads';
import { Refusal } from '../../base/errors.ts';
import { readSignedWhiteList } from '../../formats/white-list/white-list.ts';
import type { WorkerAnswer } from './verify-file.ts';

/** The thread that `verify-file.ts` starts: it reads one white list, answers and ends. */
function answer(file: Uint8Array): WorkerAnswer {
  try {
    const list = readSignedWhiteList(file);
    return {
      outcome: 'read',
      list: {
        generatedAt: list.generatedAt,
        entryCount: list.entries.length,
        domainCount: new Set(list.entries.map(({ domain }) => domain)).size,
        unreadableEntries: list.unreadableEntries,
        sha256: list.sha256,
        signerDer: list.signer.der,
        entriesJson: JSON.stringify(
          list.entries.map(({ domain, dnKey, dn, description, contact, support, updatedAt }) => ({
            domain,
            dn_key: dnKey,
            dn,
            description,
            contact,
            support,
            updated_at: updatedAt,
          })),
        ),
      },
    };
  } catch (fault) {
    if (fault instanceof Refusal) return { outcome: 'refused', code: fault.code };
    throw fault;
  }
}

// `verify-file.ts` alone gives octets; anything else is a bug, and ends the thread with an error.
if (parentPort !== null && workerData instanceof Uint8Array) parentPort.postMessage(answer(workerData));
