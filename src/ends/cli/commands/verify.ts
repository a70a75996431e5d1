import type { VerifyFinding } from '../../../domain/mail/mail.ts';
import { type Command, exitCode } from '../cli.ts';
import { byConsole } from '../console.ts';
import { formatBytes } from '../format.ts';
import { cliTexts } from '../texts.ts';

const texts = cliTexts.verify;

export const verifyCommand: Command = {
  name: 'verify',
  summary: texts.summary,
  usage: '[--repair]',
  options: { repair: { type: 'boolean', help: texts.repair } },
  async run(invocation) {
    const product = await invocation.product();
    const findings: VerifyFinding[] = [];
    const report = await product.mail.verify({
      actor: byConsole().actor,
      repair: invocation.flag('repair'),
      onFinding: (finding) => {
        findings.push(finding);
        if (!invocation.json)
          invocation.io.out(`${[finding.code, finding.accountId, finding.emailId ?? ''].join('  ')}\n`);
      },
    });
    invocation.print({ ...report, details: findings }, [texts.report({ ...report, bytes: formatBytes(report.bytes) })]);
    return report.findings > report.repaired ? exitCode.refused : exitCode.done;
  },
};
