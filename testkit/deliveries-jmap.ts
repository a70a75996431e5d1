/** JMAP of an operator that exchanges with others: receipts and the answer of who is away, behind the real engine. */
import assert from 'node:assert/strict';
import { newId, type Uuid } from '../src/base/ids.ts';
import { silentLog } from '../src/base/log.ts';
import { openEmailBlob, openFirst, openUploadedBlob } from '../src/ends/httpd/jmap/blobs.ts';
import { createEngine } from '../src/ends/httpd/jmap/engine.ts';
import type { Json, JsonObject } from '../src/ends/httpd/jmap/method.ts';
import { mdnCapability, mdnMethods } from '../src/ends/httpd/jmap/methods/mdn.ts';
import { mailMethods } from '../src/ends/httpd/jmap/methods/methods.ts';
import { vacationCapability, vacationMethods } from '../src/ends/httpd/jmap/methods/vacation.ts';
import { parseRequest } from '../src/ends/httpd/jmap/request.ts';
import type { Doctor } from './deliveries-world.ts';
import type { Answer } from './jmap-caller.ts';
import type { TestOperator } from './transfer-world.ts';

const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail', mdnCapability, vacationCapability];

export type JmapCall = readonly [string, JsonObject];

/** The answers to the calls of a person, on the account of `doctor` unless they name another. */
export function jmapOf(operator: TestOperator) {
  const { access, db, clock, mail, audit } = operator.store;
  const openBlob = openFirst(openUploadedBlob(mail), openEmailBlob(mail));
  const parts = { access, db, clock, mail, audit, openBlob, transfer: operator.transfer };
  const engine = createEngine([...mailMethods(parts), ...mdnMethods(parts), ...vacationMethods(parts)], silentLog);
  const run = async (
    doctor: Pick<Doctor, 'account' | 'person'>,
    calls: readonly JmapCall[],
  ): Promise<readonly Answer[]> => {
    const methodCalls: Json[] = calls.map(([name, args], index) => [
      name,
      { accountId: doctor.account.accountId, ...args },
      `c${index}`,
    ]);
    const parsed = parseRequest(Buffer.from(JSON.stringify({ using, methodCalls })), new Set(using));
    assert.ok(parsed.kind === 'request');
    const caller = { ...doctor.person, sessionId: newId<Uuid>() };
    const { methodResponses } = await engine.run(parsed.request, caller);
    return JSON.parse(JSON.stringify(methodResponses));
  };
  return {
    run,
    async call(doctor: Pick<Doctor, 'account' | 'person'>, name: string, args: JsonObject): Promise<Answer> {
      const [answer] = await run(doctor, [[name, args]]);
      assert.notEqual(answer[0], 'error', JSON.stringify(answer[1]));
      return answer[1];
    },
    async error(doctor: Pick<Doctor, 'account' | 'person'>, name: string, args: JsonObject): Promise<string> {
      const [answer] = await run(doctor, [[name, args]]);
      assert.equal(answer[0], 'error', JSON.stringify(answer[1]));
      return answer[1].type;
    },
  };
}
