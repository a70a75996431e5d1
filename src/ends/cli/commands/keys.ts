import { Refusal } from '../../../base/errors.ts';
import { rotateKeyFile } from '../../../platform/keys/key-ring.ts';
import { operatorWide } from '../../../platform/keys/keys.ts';
import { type Command, exitCode } from '../cli.ts';
import { administer } from '../console.ts';
import { cliTexts } from '../texts.ts';

const texts = cliTexts.keys;

/** The servers that run learn the new key when they start again: rows move to it only then, by `keys rewrap`. */
const rotate: Command = {
  name: 'keys rotate',
  summary: texts.rotateSummary,
  usage: '',
  options: {},
  async run(invocation) {
    // Opening the product proves that the present keys are whole.
    const product = await invocation.product();
    const { keys, dataFolder } = product.config;
    if (keys.kind !== 'file') throw new Refusal('keys-elsewhere', texts.rotateElsewhere(keys.kind));
    await administer(product, async (act) => {
      act.record({ tenantId: operatorWide, kind: 'keys.rotated' });
      await rotateKeyFile(keys.path, { dataFolder });
    });
    invocation.print({ rotated: true }, texts.rotated);
    return exitCode.done;
  },
};

const rewrap: Command = {
  name: 'keys rewrap',
  summary: texts.rewrapSummary,
  usage: '',
  options: {},
  async run(invocation) {
    const product = await invocation.product();
    const done = await product.dataKeys.rewrapAll(product.database.db);
    await administer(product, async (act) => {
      const { rewrapped, unopenable } = done;
      act.record({ tenantId: operatorWide, kind: 'keys.rewrapped', facts: { rewrapped, unopenable } });
    });
    invocation.print(done, [texts.rewrapped(done.rewrapped, done.unopenable)]);
    return done.unopenable === 0 ? exitCode.done : exitCode.refused;
  },
};

export const keysCommands: readonly Command[] = [rotate, rewrap];
