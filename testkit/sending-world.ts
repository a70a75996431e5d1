/** Sending by JMAP between operators that exist: the real engine over a practice of a real trust space. */
import assert from 'node:assert/strict';
import { idempotencyCapability, submissionCapability } from '../contract/jmap/submission.ts';
import type { Uuid } from '../src/base/ids.ts';
import { newId } from '../src/base/ids.ts';
import { silentLog } from '../src/base/log.ts';
import { openEmailBlob, openFirst, openUploadedBlob } from '../src/ends/httpd/jmap/blobs.ts';
import { createEngine, type Engine } from '../src/ends/httpd/jmap/engine.ts';
import type { Json, JsonObject } from '../src/ends/httpd/jmap/method.ts';
import { mailMethods } from '../src/ends/httpd/jmap/methods/methods.ts';
import { submissionMethods } from '../src/ends/httpd/jmap/methods/submissions.ts';
import { parseRequest } from '../src/ends/httpd/jmap/request.ts';
import type { Scope } from './database.ts';
import type { Answer } from './jmap-caller.ts';
import { type TestOperator, TransferWorld } from './transfer-world.ts';

export type Doctor = Awaited<ReturnType<TestOperator['createDoctor']>>;

const offered = new Set([
  'urn:ietf:params:jmap:core',
  'urn:ietf:params:jmap:mail',
  submissionCapability,
  idempotencyCapability,
]);

export class SendingWorld {
  readonly world: TransferWorld;
  readonly cabinet: TestOperator;
  readonly #engine: Engine;

  private constructor(world: TransferWorld, cabinet: TestOperator, engine: Engine) {
    this.world = world;
    this.cabinet = cabinet;
    this.#engine = engine;
  }

  /** A practice of `cabinet.mssante.example`; `hopital.mssante.example` is of the same trust space. */
  static async open(scope: Scope): Promise<SendingWorld> {
    const world = await TransferWorld.open(scope, ['cabinet', 'hopital']);
    const cabinet = await world.operator('cabinet');
    const { access, db, clock, mail, audit } = cabinet.store;
    const openBlob = openFirst(openUploadedBlob(mail), openEmailBlob(mail));
    const parts = { access, db, clock, mail, audit, openBlob, transfer: cabinet.transfer };
    const methods = [...mailMethods(parts), ...submissionMethods(parts)];
    return new SendingWorld(world, cabinet, createEngine(methods, silentLog));
  }

  /** The answers of these calls, made by `doctor` on their own account unless told. */
  async run(
    doctor: Pick<Doctor, 'account' | 'person'>,
    calls: readonly (readonly [string, JsonObject])[],
    { using = [...offered] }: { readonly using?: readonly string[] } = {},
  ): Promise<readonly Answer[]> {
    const methodCalls: Json[] = calls.map(([name, args], index) => [
      name,
      { accountId: doctor.account.accountId, ...args },
      `c${index}`,
    ]);
    const parsed = parseRequest(Buffer.from(JSON.stringify({ using, methodCalls })), offered);
    assert.ok(parsed.kind === 'request');
    const caller = { ...doctor.person, sessionId: newId<Uuid>() };
    const { methodResponses } = await this.#engine.run(parsed.request, caller);
    return JSON.parse(JSON.stringify(methodResponses));
  }

  /** The answer of one call, which must not be an error. */
  async call(doctor: Pick<Doctor, 'account' | 'person'>, name: string, args: JsonObject = {}): Promise<Answer> {
    const [answer] = await this.run(doctor, [[name, args]]);
    assert.notEqual(answer[0], 'error', JSON.stringify(answer[1]));
    return answer[1];
  }

  /** The type of the error that answers. */
  async error(doctor: Pick<Doctor, 'account' | 'person'>, name: string, args: JsonObject = {}): Promise<string> {
    const [answer] = await this.run(doctor, [[name, args]]);
    assert.equal(answer[0], 'error', JSON.stringify(answer[1]));
    return answer[1].type;
  }

  /** A draft of `doctor`; its email id. */
  async draft(doctor: Doctor, properties: JsonObject = {}): Promise<string> {
    const drafts = await this.cabinet.store.mailboxOf(doctor.account, 'drafts');
    const answer = await this.call(doctor, 'Email/set', {
      create: {
        d: {
          mailboxIds: { [drafts]: true },
          keywords: { $draft: true, $seen: true },
          from: [{ name: 'Dr', email: doctor.address }],
          subject: 'Compte rendu',
          textBody: [{ partId: '1', type: 'text/plain' }],
          bodyValues: { 1: { value: 'Cher confrère,\nbien à vous.\n' } },
          ...properties,
        },
      },
    });
    assert.ok(answer.created?.d, JSON.stringify(answer));
    return answer.created.d.id;
  }

  /** The answer to the creation of one submission: `created` or `notCreated`. */
  async submit(doctor: Doctor, emailId: string, more: JsonObject = {}): Promise<Answer> {
    const wanted = { emailId, identityId: doctor.account.accountId, ...more };
    const answer = await this.call(doctor, 'EmailSubmission/set', { create: { s: wanted } });
    return { created: answer.created?.s, fault: answer.notCreated?.s };
  }
}
