import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, FileText, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Template } from '../../contract/templates.ts';
import { explainFault } from '../api/faults.ts';
import { type HeldAccount, useOffice } from '../app/session.ts';
import { settingsTexts as texts } from '../texts/settings.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Menu } from '../ui/Menu.tsx';
import { Panel } from '../ui/Page.tsx';
import { EmptyState } from '../ui/States.tsx';
import { useToasts } from '../ui/ToastRegion.tsx';
import { AccountPicker, mayWrite, useChosenAccount } from './AccountPicker.tsx';
import { removeTemplate, saveTemplate, templatesQuery } from './data.ts';
import { QueryState } from './QueryState.tsx';
import styles from './Settings.module.css';
import { TemplateDialog } from './TemplateDialog.tsx';

export function TemplatesPanel() {
  const { api } = useOffice();
  const [account, choose] = useChosenAccount();
  const query = useQuery({ ...templatesQuery(api, account?.accountId ?? ''), enabled: account !== undefined });
  const [edited, setEdited] = useState<Template | 'new'>();
  if (account === undefined) return null;
  const { data: templates } = query;
  return (
    <Panel
      title={texts.templates}
      lead={texts.templatesLead}
      action={<AccountPicker account={account} onChoose={choose} />}
    >
      {templates === undefined ? <QueryState query={query} shape="line" /> : null}
      {templates?.length === 0 ? (
        <EmptyState icon={<FileText aria-hidden="true" />} title={texts.noTemplatesTitle}>
          {texts.noTemplates}
        </EmptyState>
      ) : null}
      {mayWrite(account) ? (
        <div>
          <Button icon={<Plus aria-hidden="true" />} onPress={() => setEdited('new')}>
            {texts.createTemplate}
          </Button>
        </div>
      ) : null}
      <ul className={styles.lines}>
        {templates?.map((template) => (
          <TemplateLine key={template.id} template={template} account={account} onEdit={() => setEdited(template)} />
        ))}
      </ul>
      {edited === undefined ? null : (
        <TemplateDialog
          accountId={account.accountId}
          {...(edited === 'new' ? {} : { template: edited })}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Panel>
  );
}

interface TemplateLineProps {
  readonly template: Template;
  readonly account: HeldAccount;
  readonly onEdit: () => void;
}

function TemplateLine({ template, account, onEdit }: TemplateLineProps) {
  const { id, name, subject, text, html } = template;
  const { accountId } = account;
  const remove = useRemove(accountId);
  return (
    <li className={styles.line}>
      <div className={styles.words}>
        <span className={styles.name}>{name}</span>
        <span className={`${styles.small} ${styles.cut}`}>{subject === '' ? text : subject}</span>
      </div>
      {mayWrite(account) ? (
        <Menu
          label={texts.templateDeeds(name)}
          trigger={
            <IconButton label={texts.templateDeeds(name)}>
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
          actions={[
            { id: 'edit', label: texts.edit, icon: <Pencil aria-hidden="true" />, onSelect: onEdit },
            {
              id: 'remove',
              label: texts.remove,
              icon: <Trash2 aria-hidden="true" />,
              isAlarm: true,
              onSelect: () => void remove(id, { name, subject, text, html }),
            },
          ]}
        />
      ) : null}
    </li>
  );
}

/** Deleted at once; the way back writes it anew. */
function useRemove(accountId: string) {
  const { api } = useOffice();
  const queries = useQueryClient();
  const toasts = useToasts();
  const { queryKey } = templatesQuery(api, accountId);
  const attempt = async (deed: Promise<void>): Promise<boolean> => {
    try {
      await deed;
      return true;
    } catch (fault) {
      toasts.show(explainFault(fault), { kind: 'fault' });
      return false;
    } finally {
      await queries.invalidateQueries({ queryKey });
    }
  };
  return async (id: string, content: Parameters<typeof saveTemplate>[3]): Promise<void> => {
    if (!(await attempt(removeTemplate(api, accountId, id)))) return;
    toasts.show(texts.removedTemplate(content.name), {
      undo: () => void attempt(saveTemplate(api, accountId, undefined, content)),
    });
  };
}
