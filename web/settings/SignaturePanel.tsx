import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Identity } from '../../contract/jmap/mail.ts';
import { useOffice } from '../app/session.ts';
import { settingsTexts as texts } from '../texts/settings.ts';
import { TextField } from '../ui/Field.tsx';
import { Panel } from '../ui/Page.tsx';
import { Notice } from '../ui/States.tsx';
import { AccountPicker, useChosenAccount } from './AccountPicker.tsx';
import { identityQuery, saveIdentity } from './data.ts';
import { QueryState } from './QueryState.tsx';
import { FormMark } from './SaveMark.tsx';
import styles from './Settings.module.css';
import { isFormatted, signatureHtml } from './signature.ts';
import { useAutosave } from './useAutosave.ts';

export function SignaturePanel() {
  const { jmap } = useOffice();
  const [account, choose] = useChosenAccount();
  const query = useQuery({
    ...identityQuery(jmap, account?.accountId ?? ''),
    enabled: account !== undefined,
  });
  if (account === undefined) return null;
  const { data: identity } = query;
  return (
    <Panel
      title={texts.signature}
      lead={texts.signatureLead}
      action={<AccountPicker account={account} onChoose={choose} />}
    >
      {identity === undefined ? <QueryState query={query} shape="fields" /> : null}
      {identity === null ? <p className={styles.soft}>{texts.noIdentity}</p> : null}
      {identity === undefined || identity === null ? null : (
        <SignatureForm key={account.accountId} accountId={account.accountId} identity={identity} />
      )}
    </Panel>
  );
}

function SignatureForm({ accountId, identity }: { readonly accountId: string; readonly identity: Identity }) {
  const { jmap } = useOffice();
  const queries = useQueryClient();
  const { value, state, set, flush } = useAutosave(
    { name: identity.name, text: identity.textSignature, isOwn: isFormatted(identity) },
    async ({ name, text, isOwn }) => {
      const htmlSignature = isOwn ? identity.htmlSignature : signatureHtml(text);
      const change = { id: identity.id, name: name.trim(), textSignature: text, htmlSignature };
      await saveIdentity(jmap, accountId, change);
      queries.setQueryData(identityQuery(jmap, accountId).queryKey, { ...identity, ...change });
    },
  );
  return (
    <div className={styles.form}>
      {value.isOwn ? <Notice kind="care">{texts.formattedSignature}</Notice> : null}
      <TextField
        label={texts.senderName}
        value={value.name}
        onChange={(name) => set({ ...value, name })}
        onBlur={flush}
        maxLength={200}
      />
      <TextField
        label={texts.signatureText}
        help={texts.signatureHelp}
        value={value.text}
        onChange={(text) => set({ ...value, text, isOwn: false })}
        onBlur={flush}
        rows={5}
        maxLength={4_000}
      />
      <FormMark state={state} onRetry={flush} />
    </div>
  );
}
