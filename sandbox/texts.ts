/** What `npm start` says. */
import type { World } from './world.ts';

export const sandboxTexts = {
  ready: (world: World, file: string, seconds: number): string => {
    const lines = world.operators.map(
      ({ demo, ports }) => `  ${demo.tenantName.padEnd(38)} http://localhost:${ports.plain}`,
    );
    return [
      '',
      `Hygie, bac à sable : prêt en ${seconds.toLocaleString('fr-FR', { maximumFractionDigits: 1 })} s. Tout est inventé, rien ne sort de cette machine.`,
      '',
      ...lines,
      '',
      `Identifiants, mots de passe et adresses : ${file}`,
      'À essayer, dans un autre terminal :',
      '  npx hygie account list',
      '  npx hygie send --from claire.vasseur@cabinet.mssante.example --to rachid.meziane@hopital.mssante.example README.md',
      '  npx hygie directory search cardiologue tours',
      '  npx hygie white-list show',
      '  npx hygie verify --operator hopital',
      '',
      'Ctrl-C arrête tout.',
    ].join('\n');
  },
  badPortBase: 'HYGIE_PORT_BASE : un nombre entier entre 1024 et 64536 est attendu.',
  portTaken: (port: number) =>
    `Le port ${port} est déjà utilisé par un autre programme. Arrêtez-le, ou donnez d’autres ports au bac à sable : HYGIE_PORT_BASE=43000 npm start`,
  stopping: 'Arrêt en cours…',
  operatorStopped: (name: string, log: string) => `${name} : le serveur s’est arrêté. Son journal : ${log}`,
} as const;
