import { readFile, stat } from 'node:fs/promises';
import { Refusal } from '../../../base/errors.ts';
import { whiteListLimits } from '../../../base/limits.ts';
import { trustTexts } from '../../../domain/trust/texts.ts';
import {
  confirmAlarm,
  describeDomain,
  examineWhiteList,
  readHeldWhiteList,
  readTrustAlarms,
  refreshCrls,
  refreshWhiteList,
} from '../../../domain/trust/trust.ts';
import { parseDomain } from '../../../formats/address/address.ts';
import { type Command, exitCode, UsageFault } from '../cli.ts';
import { administer } from '../console.ts';
import { cliTexts } from '../texts.ts';

const texts = cliTexts.whiteList;

const show: Command = {
  name: 'white-list show',
  summary: texts.showSummary,
  usage: '',
  options: {},
  async run(invocation) {
    const { database } = await invocation.product();
    const held = await readHeldWhiteList(database.db);
    const alarms = await readTrustAlarms(database.db);
    const sentences = alarms.map(
      ({ code, subject, facts }) =>
        `${[code, subject].filter(Boolean).join(' ')} : ${trustTexts.alarm(code, facts, subject)}`,
    );
    if (held === undefined) {
      invocation.print({ held: null, alarms }, [texts.none, ...sentences]);
      return exitCode.refused;
    }
    const { file, ...facts } = held;
    invocation.print({ held: { ...facts, fileBytes: file?.length ?? 0 }, alarms }, [
      texts.held(facts.entryCount, facts.domainCount, facts.generatedAt.toISOString()),
      texts.signer(facts.signerName, facts.signerNotAfter.toISOString()),
      ...sentences,
    ]);
    return exitCode.done;
  },
};

async function readGiven(file: string): Promise<Buffer> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) throw new Refusal('file-unreadable', cliTexts.unreadableFile(file));
  if (found.size > whiteListLimits.fileBytes)
    throw new Refusal('file-too-large', trustTexts.refusal('white-list-too-large'));
  return readFile(file).catch(() => {
    throw new Refusal('file-unreadable', cliTexts.unreadableFile(file));
  });
}

const verify: Command = {
  name: 'white-list verify',
  summary: texts.verifySummary,
  usage: '[FICHIER]',
  options: {},
  mostArguments: 1,
  async run(invocation) {
    const [file] = invocation.positionals;
    const given = file === undefined ? undefined : await readGiven(file);
    const { trustDeps, database } = await invocation.product();
    const bytes = given ?? (await readHeldWhiteList(database.db))?.file ?? undefined;
    if (bytes === undefined) throw new Refusal('no-white-list', texts.none);
    const examined = await examineWhiteList(trustDeps, bytes);
    const sentence =
      examined.outcome === 'sound'
        ? texts.sound(examined.entryCount, examined.domainCount, examined.generatedAt.toISOString())
        : texts.refused(trustTexts.refusal(examined.code));
    invocation.print(examined, [sentence]);
    return examined.outcome === 'sound' ? exitCode.done : exitCode.refused;
  },
};

const refresh: Command = {
  name: 'white-list refresh',
  summary: texts.refreshSummary,
  usage: '[--file FICHIER] [--accept-shrink]',
  options: {
    file: { type: 'string', help: texts.file },
    'accept-shrink': { type: 'boolean', help: texts.acceptShrink },
  },
  async run(invocation) {
    const file = invocation.text('file');
    const { trustDeps } = await invocation.product();
    const crls = await refreshCrls(trustDeps);
    const list = await refreshWhiteList(trustDeps, {
      acceptShrink: invocation.flag('accept-shrink'),
      ...(file === undefined ? {} : { source: file }),
    });
    const sentence =
      list.outcome === 'refused' || list.outcome === 'unavailable'
        ? texts.notRefreshed(trustTexts.refusal(list.code))
        : texts.outcomes[list.outcome];
    invocation.print({ list, crls }, [sentence]);
    if (list.outcome === 'unavailable') return exitCode.temporary;
    return list.outcome === 'refused' ? exitCode.refused : exitCode.done;
  },
};

const lookup: Command = {
  name: 'white-list lookup',
  summary: texts.lookupSummary,
  usage: 'DOMAINE',
  options: {},
  mostArguments: 1,
  async run(invocation) {
    const [text] = invocation.positionals;
    if (text === undefined) throw new UsageFault(cliTexts.missingArgument('DOMAINE'));
    const domain = parseDomain(text.toLowerCase());
    if (domain === undefined) throw new UsageFault(cliTexts.queue.badDomain(text));
    const { database } = await invocation.product();
    const entries = await describeDomain(database.db, domain);
    invocation.print(
      entries,
      entries.length === 0 ? [texts.absent(domain)] : entries.map((entry) => `${entry.dn}  ${entry.description}`),
    );
    return entries.length === 0 ? exitCode.refused : exitCode.done;
  },
};

const confirm: Command = {
  name: 'white-list confirm',
  summary: texts.confirmSummary,
  usage: '--alarm CODE [--subject OBJET]',
  options: {
    alarm: { type: 'string', help: texts.alarm },
    subject: { type: 'string', help: texts.subject },
  },
  async run(invocation) {
    const code = invocation.required('alarm');
    const subject = invocation.text('subject') ?? '';
    const product = await invocation.product();
    const { database, trustDeps } = product;
    const alarm = (await readTrustAlarms(database.db)).find((one) => one.code === code && one.subject === subject);
    if (alarm === undefined) throw new Refusal('no-such-alarm', texts.noSuchAlarm);
    const confirmed = await administer(product, (act) => confirmAlarm(act, trustDeps, alarm), {
      mayChangeNothing: true,
    });
    invocation.print({ confirmed }, [confirmed ? texts.confirmed : texts.noSuchAlarm]);
    return exitCode.done;
  },
};

export const whiteListCommands: readonly Command[] = [show, verify, refresh, lookup, confirm];
