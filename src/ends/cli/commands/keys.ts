import { type Command, exitCode } from '../cli.ts';
import { cliTexts } from '../texts.ts';

const texts = cliTexts.keys;

export const keysCommands: readonly Command[] = [
  {
    name: 'keys rewrap',
    summary: texts.rewrapSummary,
    usage: '',
    options: {},
    async run(invocation) {
      const { dataKeys, database } = await invocation.product();
      const done = await dataKeys.rewrapAll(database.db);
      invocation.print(done, [texts.rewrapped(done.rewrapped, done.unopenable)]);
      return done.unopenable === 0 ? exitCode.done : exitCode.refused;
    },
  },
];
