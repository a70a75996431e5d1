/**
 * JMAP on the HTTP shell (RFC 8620): the session, the API, blobs up and down, and push.
 *
 * Guarantees: nothing is answered before a sign-in that opens JMAP; an account that the person may not read does not exist,
 * and neither does a blob that is another account's; every answer but a blob's is kept by nobody; a person takes a bounded
 * number of requests, uploads and event sources at once, counted in this process.
 */
import { idempotencyCapability, submissionCapability } from '../../../../contract/jmap/submission.ts';
import { openAccountNews } from '../../../domain/mail/mail.ts';
import type { HttpApp } from '../../../platform/http/app.ts';
import { registerApiEndpoint } from './api.ts';
import { openEmailBlob, openFirst, openUploadedBlob } from './blobs.ts';
import { registerDownload } from './download.ts';
import type { JmapParts } from './end.ts';
import { createEngine } from './engine.ts';
import { registerEventSource } from './event-source.ts';
import { blobMethods } from './methods/blob.ts';
import { echo } from './methods/core.ts';
import { emailSorts } from './methods/email-query.ts';
import { mailCapability } from './methods/mail-call.ts';
import { mdnCapability, mdnMethods } from './methods/mdn.ts';
import { mailMethods } from './methods/methods.ts';
import { pushMethods } from './methods/push-subscription.ts';
import { quotaMethods } from './methods/quota.ts';
import { submissionAccountCapability } from './methods/submission-call.ts';
import { submissionMethods } from './methods/submissions.ts';
import { vacationCapability, vacationMethods } from './methods/vacation.ts';
import {
  blobAccountCapability,
  blobCapability,
  type Capabilities,
  mailAccountCapability,
  quotaCapability,
  registerSession,
} from './session.ts';
import { registerUpload } from './upload.ts';

export interface JmapEnd {
  /** Ends what would never end by itself: before the listeners wait for their requests. */
  stop(): Promise<void>;
}

export async function registerJmap(app: HttpApp, given: Omit<JmapParts, 'openBlob'>): Promise<JmapEnd> {
  const { access, audit, clock, database, log, mail, transfer } = given.product;
  const openUpload = openUploadedBlob(mail);
  const parts: JmapParts = { ...given, openBlob: openFirst(openEmailBlob(mail), openUpload) };
  const { openBlob } = parts;
  const common = { access, audit, clock, db: database.db, mail };
  const methods = [
    echo,
    ...mailMethods({ ...common, openBlob }),
    ...blobMethods({ ...common, openBlob }),
    ...quotaMethods(common),
    ...submissionMethods({ ...common, openBlob, transfer }),
    ...mdnMethods({ ...common, openBlob, transfer }),
    ...vacationMethods({ ...common, openBlob, transfer }),
    ...pushMethods({ ...common, push: given.product.push }),
  ];
  const capabilities: Capabilities = new Map([
    [mailCapability, mailAccountCapability(emailSorts)],
    [quotaCapability, () => ({})],
    [blobCapability, blobAccountCapability],
    [submissionCapability, submissionAccountCapability],
    [idempotencyCapability, () => ({})],
    [mdnCapability, () => ({})],
    [vacationCapability, () => ({})],
  ]);
  const news = await openAccountNews(database);
  registerSession(app, parts, capabilities);
  registerDownload(app, parts);
  const sources = registerEventSource(app, parts, news);
  app.register(async (own) => registerApiEndpoint(own, parts, { engine: createEngine(methods, log), capabilities }));
  app.register(async (own) => registerUpload(own, parts));
  return {
    async stop() {
      sources.stop();
      await news.stop();
    },
  };
}
