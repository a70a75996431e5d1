/** `sandbox.json`: what outside checks and curious people need to know of the small world. */
import path from 'node:path';
import { demoOperators } from './people.ts';
import type { Credentials } from './seed.ts';
import type { World } from './world.ts';

/** Paths are given from the working folder when they lie below it, as the world is started from the checkout. */
function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}

export function describeWorld(world: World, people: ReadonlyMap<string, Credentials>): string {
  const description = {
    ready: true,
    ca: shown(world.caPath),
    whiteList: shown(world.whiteListPath),
    operators: world.operators.map(({ demo, ports, certificatePath, keyPath, configPath }) => ({
      name: demo.name,
      kind: demo.kind,
      domains: [demo.domain],
      web: `http://localhost:${ports.plain}`,
      api: `https://localhost:${ports.https}/api`,
      jmap: `https://localhost:${ports.https}/.well-known/jmap`,
      smtp: { host: '127.0.0.1', port: ports.smtp },
      submission: { host: '127.0.0.1', port: ports.submission },
      certificate: shown(certificatePath),
      key: shown(keyPath),
      config: shown(configPath),
    })),
    outsider: { certificate: shown(world.outsider.certificatePath), key: shown(world.outsider.keyPath) },
    people: demoOperators
      .filter((demo) => demo.kind === 'professional')
      .flatMap((demo) =>
        demo.people.map((person) => ({
          name: person.name,
          role: person.title,
          operator: demo.name,
          ...people.get(person.login),
          rpps: person.rpps,
          accounts: [...person.holds, ...demo.shared.filter((account) => person.shares.includes(account.address))].map(
            ({ address, type }) => ({ address, type }),
          ),
        })),
      ),
    patients: demoOperators
      .filter((demo) => demo.kind === 'citizen')
      .flatMap((demo) =>
        demo.people.map((person) => ({
          ins: person.ins,
          name: person.name,
          address: person.holds[0]?.address,
          ...people.get(person.login),
        })),
      ),
  };
  return `${JSON.stringify(description, null, 2)}\n`;
}
