import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import {
  askStandingSchema,
  declareDeviceSchema,
  declaredDeviceSchema,
  deviceParamsSchema,
  deviceSecretSchema,
  devicesSchema,
  standingSchema,
} from '../../../../contract/devices.ts';
import { doneSchema } from '../../../../contract/forms.ts';
import { Refusal } from '../../../base/errors.ts';
import { asId, type TenantId, type Uuid } from '../../../base/ids.ts';
import { Secret } from '../../../base/secret.ts';
import type { SignedIn } from '../sign-in.ts';
import { signInTexts } from '../texts.ts';
import { type ApiParts, actOf, operation } from './operation.ts';
import { devicesTexts as texts } from './texts.ts';

export function registerDevices(parts: ApiParts): void {
  const { app, product, signIn } = parts;
  const { access, clock, database } = product;

  const list = operation(parts, texts.list, { answer: devicesSchema, given: {} });
  app.get('/api/devices', list, async (request) => {
    const devices = await access.listDevices(database.db, signIn.personOf(request), clock.now());
    return {
      devices: devices.map(({ deviceId, name, declaredAt, lastContactAt }) => ({
        id: deviceId,
        name,
        declaredAt: declaredAt.toISOString(),
        lastContactAt: lastContactAt.toISOString(),
      })),
    };
  });

  const declare = operation(parts, texts.declare, {
    answer: declaredDeviceSchema,
    given: { body: declareDeviceSchema },
  });
  app.post('/api/devices', declare, async (request, reply) => {
    const person = signIn.personOf(request);
    const { name, password } = request.body;
    await confirm(parts, { person, password }, { request, reply });
    const { deviceId, secret, token } = await actOf(parts, { person }, (act) =>
      access.declareDevice(act, { person, name }),
    );
    return { id: deviceId, secret: secret.revealText(), token: token.revealText() };
  });

  const contact = operation(parts, texts.contact, {
    answer: deviceSecretSchema,
    given: { params: deviceParamsSchema },
  });
  app.post('/api/devices/:deviceId/contact', contact, async (request) => {
    const person = signIn.personOf(request);
    const deviceId = asId<Uuid>(request.params.deviceId);
    const secret = await actOf(parts, { person }, (act) => access.contactDevice(act, { person, deviceId }));
    if (secret === undefined) throw new Refusal('device-unknown', texts.unknown);
    return { secret: secret.revealText() };
  });

  const remove = operation(parts, texts.remove, { answer: doneSchema, given: { params: deviceParamsSchema } });
  app.delete('/api/devices/:deviceId', remove, async (request) => {
    const person = signIn.personOf(request);
    const deviceId = asId<Uuid>(request.params.deviceId);
    return { done: await actOf(parts, { person }, (act) => access.removeDevice(act, { person, deviceId })) };
  });

  const standing = {
    schema: {
      summary: texts.standing,
      body: askStandingSchema,
      response: { 200: standingSchema, default: Type.Unsafe<never>(Type.Ref('Problem#')) },
    },
  };
  app.post('/api/device-standing', standing, async ({ body }) => {
    const asked = {
      tenantId: asId<TenantId>(body.tenantId),
      deviceId: asId<Uuid>(body.deviceId),
      token: new Secret(body.token),
      at: clock.now(),
    };
    const isDeclared = await access.isDeviceDeclared(database.db, asked);
    return { standing: isDeclared ? ('declared' as const) : ('unknown' as const) };
  });
}

async function confirm(
  { product }: ApiParts,
  { person, password }: { readonly person: SignedIn; readonly password: string },
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<void> {
  const { access, clock, database } = product;
  const answer = await access.confirmPassword(database.db, {
    person,
    password: new Secret(password),
    remoteAddress: request.socket.remoteAddress ?? '',
    at: clock.now(),
  });
  if (answer.kind === 'refused') throw new Refusal('password-refused', texts.passwordRefused);
  if (answer.kind === 'slowed') {
    // RFC 9110 §10.2.3
    reply.header('retry-after', answer.retryAfterSeconds);
    throw new Refusal('too-many-attempts', signInTexts.slowed);
  }
}
