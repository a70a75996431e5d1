/**
 * The peers of `bench/ingest.ts`: Postfix (STARTTLS with client certificate) handing over to Dovecot by LMTP, and that LMTP
 * alone, set up in a folder of their own from Debian's packages. Needs root, as Postfix does.
 */
import { execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface Peers {
  readonly smtpPort: number;
  readonly lmtpPort: number;
  readonly recipients: readonly string[];
  /** Messages that Dovecot has stored since the start. */
  delivered(): Promise<number>;
  stop(): Promise<void>;
}

export const peerDomain = 'hopital.mssante.example';

async function idOf(kind: 'u' | 'g', name: string): Promise<number> {
  return Number((await execute('id', [`-${kind}`, name])).stdout);
}

function dovecotConfiguration(folder: string, port: number, ids: { uid: number; gid: number }): string {
  return `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
info_log_path = ${folder}/dovecot-info.log
protocols = lmtp
ssl = no
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
mail_location = maildir:${folder}/mail/%n
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=${ids.uid} gid=${ids.gid} home=${folder}/mail/%n allow_all_users=yes
}
service lmtp {
  process_min_avail = 2
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${port}
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
`;
}

function postfixConfiguration(folder: string, ports: { smtp: number; lmtp: number }, certificate: Certificate): string {
  return `compatibility_level = 3.6
queue_directory = ${folder}/spool
data_directory = ${folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.${peerDomain}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = ${folder}/postfix.log
maillog_file_prefixes = ${folder}
smtpd_tls_security_level = encrypt
smtpd_tls_ask_ccert = yes
smtpd_tls_cert_file = ${certificate.certificate}
smtpd_tls_key_file = ${certificate.key}
smtpd_tls_CAfile = ${certificate.ca}
smtpd_recipient_restrictions = permit_mynetworks, reject
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = ${peerDomain}
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:${ports.lmtp}
alias_maps =
smtpd_peername_lookup = no
message_size_limit = 60000000
mailbox_size_limit = 0
`;
}

interface Certificate {
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
}

function masterConfiguration(port: number): string {
  return `127.0.0.1:${port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
`;
}

/** Starts both; \`certificate\` is the server's own. */
export async function startPeers(options: {
  readonly folder: string;
  readonly portBase: number;
  readonly accounts: number;
  readonly certificate: Certificate;
}): Promise<Peers> {
  const { folder } = options;
  const ports = { smtp: options.portBase, lmtp: options.portBase + 1 };
  const ids = { uid: await idOf('u', 'mail'), gid: await idOf('g', 'mail') };
  for (const name of ['run', 'state', 'mail', 'spool', 'data', 'postfix']) {
    await mkdir(path.join(folder, name), { recursive: true });
  }
  await chmod(folder, 0o755);
  await chown(path.join(folder, 'mail'), ids.uid, ids.gid);
  await chown(path.join(folder, 'data'), await idOf('u', 'postfix'), await idOf('g', 'postfix'));
  await writeFile(path.join(folder, 'dovecot.conf'), dovecotConfiguration(folder, ports.lmtp, ids));
  await writeFile(path.join(folder, 'postfix/main.cf'), postfixConfiguration(folder, ports, options.certificate));
  await writeFile(path.join(folder, 'postfix/master.cf'), masterConfiguration(ports.smtp));
  const dovecot = spawn('dovecot', ['-F', '-c', path.join(folder, 'dovecot.conf')], { stdio: 'ignore' });
  await execute('postfix', ['-c', path.join(folder, 'postfix'), 'start']);
  await sleep(1500);
  return {
    smtpPort: ports.smtp,
    lmtpPort: ports.lmtp,
    recipients: Array.from({ length: options.accounts }, (_, index) => `compte${index}@${peerDomain}`),
    async delivered() {
      const log = await readFile(path.join(folder, 'dovecot-info.log'), 'latin1').catch(() => '');
      return log.split('saved mail to').length - 1;
    },
    async stop() {
      await execute('postfix', ['-c', path.join(folder, 'postfix'), 'stop']).catch(() => undefined);
      dovecot.kill('SIGTERM');
      await sleep(500);
    },
  };
}
