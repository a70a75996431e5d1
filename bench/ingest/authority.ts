/** Certificates, white list and revocation lists of a bench, as files; the lists are published on loopback. */
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { createAuthority } from '../../testkit/authority/authority.ts';
import { signWhiteList } from '../../testkit/authority/white-list.ts';

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
}

export interface BenchAuthority {
  readonly ca: string;
  readonly server: CertificateFiles;
  readonly client: CertificateFiles;
  readonly whiteList: string;
  readonly signerName: string;
  readonly crlUrls: readonly string[];
  stop(): Promise<void>;
}

export async function createBenchAuthority(options: {
  readonly folder: string;
  readonly port: number;
  readonly serverDomain: string;
  readonly clientDomain: string;
}): Promise<BenchAuthority> {
  const { folder } = options;
  await mkdir(folder, { recursive: true });
  const now = new Date();
  const authority = createAuthority({ name: 'BANC', at: now });
  const write = async (name: string, text: string): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, text);
    return file;
  };
  const ca = await write('ca.pem', authority.chainPem);
  const names = {
    server: 'CN=mx.serveur,OU=1370000002,O=Serveur,C=FR',
    client: 'CN=mx.client,OU=311111111100017,O=Client,C=FR',
  };
  const issue = async (who: 'server' | 'client'): Promise<CertificateFiles> => {
    const issued = authority.issue({ dn: names[who] });
    const certificate = await write(`${who}.pem`, issued.chainPem);
    return { certificate, key: await write(`${who}.key`, issued.keyPem), ca };
  };
  const signerName = 'alb.banc.example';
  const signer = authority.issueWhiteListSigner({ name: signerName });
  const list = signWhiteList({
    domains: [
      { domain: options.serverDomain, dn: names.server },
      { domain: options.clientDomain, dn: names.client },
    ],
    generatedAt: now,
    key: signer.keyPem,
    certificate: signer.certificatePem,
  });
  const end = new Date(now.getTime() + 86_400_000);
  const crls = [authority.crlPem(now, end), authority.rootCrlPem(now, end)];
  const publisher = createServer((request, response) => response.end(crls[Number(request.url?.slice(1))] ?? ''));
  publisher.listen(options.port, '127.0.0.1');
  await once(publisher, 'listening');
  return {
    ca,
    server: await issue('server'),
    client: await issue('client'),
    whiteList: await write('liste-blanche.xml', list),
    signerName,
    crlUrls: crls.map((_, index) => `http://127.0.0.1:${options.port}/${index}`),
    async stop() {
      publisher.closeAllConnections();
      publisher.close();
      await once(publisher, 'close');
    },
  };
}
