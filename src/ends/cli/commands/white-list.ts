import { readFile } from 'node:fs/promises';
import { trustTexts } from '../../../domain/trust/texts.ts';
import {
  describeDomain,
  examineWhiteList,
  readHeldWhiteList,
  readTrustAlarms,
  refreshCrls,
  refreshWhiteList,
} from '../../../domain/trust/trust.ts';
import { parseDomain } from '../../../formats/address/address.ts';
import { type Command, exitCode, UsageFault } from '../cli.ts';
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
    const sentences = alarms.map((alarm) => trustTexts.alarm(alarm.code, alarm.facts, alarm.subject));
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

const verify: Command = {
  name: 'white-list verify',
  summary: texts.verifySummary,
  usage: '[FICHIER]',
  options: {},
  async run(invocation) {
    const [file] = invocation.positionals;
    const { trustDeps, database } = await invocation.product();
    const bytes = file === undefined ? (await readHeldWhiteList(database.db))?.file : await readFile(file);
    if (bytes === undefined || bytes === null) throw new UsageFault(texts.none);
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

export const whiteListCommands: readonly Command[] = [show, verify, refresh, lookup];
