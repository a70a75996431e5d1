/** A doctor who lets messages wait for their time, and what tests ask of them. */
import assert from 'node:assert/strict';
import { asId, type EmailId, type Uuid } from '../src/base/ids.ts';
import type { SendingRef } from '../src/domain/transfer/transfer.ts';
import { type Doctor, SendingWorld } from './sending-world.ts';

export const paul = 'paul@hopital.mssante.example';

export async function openSending(t: Parameters<typeof SendingWorld.open>[0]) {
  const scene = await SendingWorld.open(t);
  const [anne, marc] = [await scene.cabinet.createDoctor('anne'), await scene.cabinet.createDoctor('marc')];
  return { scene, cabinet: scene.cabinet, anne, marc };
}

export type SendingScene = Awaited<ReturnType<typeof openSending>>;

/** A draft of `anne` to `to`, asked to leave in ten minutes. */
export async function hold({ scene, anne }: SendingScene, to: readonly string[], seconds = 600) {
  const emailId = await scene.draft(anne, { to: to.map((email) => ({ email })) });
  const { created, fault } = await scene.submit(anne, emailId, { envelope: heldEnvelope(anne, to, seconds) });
  assert.equal(fault, undefined);
  return { emailId: asId<EmailId>(emailId), created, ref: { ...anne.account, id: asId<Uuid>(created.id) } };
}

export function heldEnvelope(from: Doctor, to: readonly string[], seconds: number) {
  return {
    mailFrom: { email: from.address, parameters: { HOLDFOR: String(seconds) } },
    rcptTo: to.map((email) => ({ email })),
  };
}

export async function statusOf({ scene, anne }: SendingScene, { id }: SendingRef) {
  const { list } = await scene.call(anne, 'EmailSubmission/get', { ids: [id] });
  return list[0];
}

export async function cancel({ scene, anne }: SendingScene, { id }: SendingRef) {
  const answer = await scene.call(anne, 'EmailSubmission/set', { update: { [id]: { undoStatus: 'canceled' } } });
  return answer.notUpdated?.[id].type ?? 'canceled';
}

export function historyOf({ cabinet, anne }: SendingScene, emailId: EmailId) {
  return cabinet.transfer.deliveryHistory({ kind: 'system', task: 'test' }, anne.account, emailId);
}
