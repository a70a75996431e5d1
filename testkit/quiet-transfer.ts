/** Transfer over the parts of a test that exchanges with nobody: no white list has come, no job is done. */
import { createSecureContext } from 'node:tls';
import { present } from '../src/base/assert.ts';
import { silentLog } from '../src/base/log.ts';
import { createContacts } from '../src/domain/contacts/contacts.ts';
import { createDirectory } from '../src/domain/directory/directory.ts';
import type { Mail } from '../src/domain/mail/mail.ts';
import { createTransfer, type Transfer } from '../src/domain/transfer/transfer.ts';
import { openTrust } from '../src/domain/trust/trust.ts';
import { parseAddress, parseDomain } from '../src/formats/address/address.ts';
import type { SealedBlobs } from '../src/platform/blobs/blobs.ts';
import type { Scope } from './database.ts';
import type { Foundation } from './foundation.ts';

interface QuietParts {
  readonly foundation: Foundation;
  readonly mail: Mail;
  readonly blobs: SealedBlobs;
  readonly folder: string;
}

export async function openQuietTransfer(
  scope: Scope,
  { foundation, mail, blobs, folder }: QuietParts,
): Promise<Transfer> {
  const { access, audit, clock, database, dataKeys, lookup } = foundation;
  const trust = await openTrust({ database, log: silentLog, authorities: { anchors: [], issuers: [] } });
  scope.after(() => trust.stop());
  const directory = createDirectory({
    ...{ database, clock, audit, log: silentLog, rights: access, downloader: undefined, workFolder: folder },
    ...{ maxRemovedShare: 1, annuaire: undefined, publicationAnnuaire: undefined },
  });
  scope.after(() => directory.stop());
  const domain = present(parseDomain('cabinet.example'), 'a test domain is not one');
  const own = { ownDomains: [domain], patientDomains: [] };
  const contacts = createContacts({ dataKeys, lookup, access, mail, directory, trust, clock, ...own });
  const nothing = async (): Promise<void> => undefined;
  return createTransfer({
    ...{ db: database.db, audit, access, mail, contacts, blobs, trust, lookup, clock, dataKeys },
    ...{ enqueueSending: nothing, enqueueFollowing: nothing, enqueueRelease: nothing },
    observer: { received: () => undefined, reported: () => undefined, sent: () => undefined, alert: () => undefined },
    options: {
      domains: [domain],
      hostName: 'mss.cabinet.example',
      administrator: present(parseAddress('admin@cabinet.example'), 'a test address is not one'),
      productReference: 'HYGIE-TEST',
      unverifiedAuthor: 'refuse',
      patientDomains: [],
      optInDomains: [],
    },
    outside: {
      routing: {
        resolver: { mailExchanges: async () => [], addresses: async () => [] },
        routes: {},
        allowPrivate: false,
      },
      secureContext: () => createSecureContext(),
    },
  });
}
