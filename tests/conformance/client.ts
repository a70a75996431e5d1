/** A program that speaks JMAP to the real server over HTTP, for tables of what is asked and what must come back. */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../../src/domain/mail/mail.ts';
import type { Json, JsonObject } from '../../src/ends/httpd/jmap/method.ts';
import type { Scope } from '../../testkit/database.ts';
import { JmapHttp, type JmapPerson, jmapCapabilities } from '../../testkit/jmap-http.ts';

/** Any JSON, read member by member without proof: for assertions. */
// biome-ignore lint/suspicious/noExplicitAny: answers are compared with what is expected of them
export type Answer = any;

export class JmapProgram {
  readonly world: JmapHttp;
  readonly person: JmapPerson;
  readonly account: Account;

  private constructor(world: JmapHttp, person: JmapPerson, account: Account) {
    this.world = world;
    this.person = person;
    this.account = account;
  }

  static async open(scope: Scope): Promise<JmapProgram> {
    const world = await JmapHttp.open(scope);
    const { person, account } = await world.createHolder();
    return new JmapProgram(world, person, account);
  }

  /** Another person of the practice, with an account of their own. */
  async colleague(): Promise<JmapProgram> {
    const { person, account } = await this.world.createHolder(this.account.tenantId);
    return new JmapProgram(this.world, person, account);
  }

  /** The responses of the calls, whose account is this one unless they name another. */
  async run(calls: readonly (readonly [string, JsonObject])[], more: JsonObject = {}): Promise<Answer[]> {
    const methodCalls: Json[] = calls.map(([name, args], index) => [
      name,
      { accountId: this.account.accountId, ...args },
      `c${index}`,
    ]);
    const response = await this.world.post(this.person, { using: jmapCapabilities, methodCalls, ...more });
    const answer: Answer = await response.json();
    assert.equal(response.status, 200, JSON.stringify(answer));
    return answer.methodResponses;
  }

  /** The arguments of the only response; of an error, its type. */
  async call(name: string, args: JsonObject = {}): Promise<Answer> {
    const [[told, found]] = (await this.run([[name, args]])) as [[string, Answer]];
    return told === 'error' ? found.type : found;
  }

  /** The one email in these properties. */
  async email(id: string, properties: readonly string[], more: JsonObject = {}): Promise<Answer> {
    const answer = await this.call('Email/get', { ids: [id], properties, ...more });
    return typeof answer === 'string' ? answer : answer.list[0];
  }

  async mailbox(role: string): Promise<string> {
    const { list } = await this.call('Mailbox/get', { properties: ['role'] });
    return list.find((mailbox: Answer) => mailbox.role === role).id;
  }

  async store(raw: string | Buffer): Promise<string> {
    return (await this.world.store(this.account, raw)).emailId;
  }

  /** What became of one object of a set: the type of its SetError and the properties that it blames, or `done`. */
  async setOne(name: string, args: JsonObject): Promise<Answer> {
    const answer = await this.call(name, args);
    if (typeof answer === 'string') return answer;
    const refused = answer.notCreated ?? answer.notUpdated ?? answer.notDestroyed;
    if (refused === null || refused === undefined) return 'done';
    const [fault]: Answer[] = Object.values(refused);
    return fault.properties === undefined ? fault.type : [fault.type, ...fault.properties];
  }
}

/** `expected` within `found`: every member of an object that is expected, every item of a list. */
export function assertHolds(found: Answer, expected: Json, about: string): void {
  const differs = difference(found, expected, '');
  assert.equal(differs, undefined, `${about}: ${differs}\n${JSON.stringify(found)}`);
}

function difference(found: Answer, expected: Json, path: string): string | undefined {
  if (Array.isArray(expected)) {
    if (!Array.isArray(found) || found.length !== expected.length) return `${path} is not ${JSON.stringify(expected)}`;
    return expected.map((each: Json, index) => difference(found[index], each, `${path}/${index}`)).find(Boolean);
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof found !== 'object' || found === null) return `${path} is no object`;
    const entries: [string, Json][] = Object.entries(expected);
    return entries.map(([name, each]) => difference(found[name], each, `${path}/${name}`)).find(Boolean);
  }
  return isDeepStrictEqual(found, expected) ? undefined : `${path} is ${JSON.stringify(found)}`;
}
