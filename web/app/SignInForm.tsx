import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { Session } from '../../contract/session.ts';
import { type ApiClient, ApiProblem } from '../api/client.ts';
import { sessionTexts as texts } from '../texts/session.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button } from '../ui/Button.tsx';
import { TextField } from '../ui/Field.tsx';
import { Notice } from '../ui/States.tsx';
import styles from './SignIn.module.css';

export interface SignInFormProps {
  readonly api: ApiClient;
  readonly onEnter: (session: Session) => Promise<void>;
  readonly note?: string;
}

function explain(fault: unknown): string {
  if (!(fault instanceof ApiProblem)) return uiTexts.unreachable;
  if (fault.status === 401) return texts.refused;
  if (fault.status === 429) return texts.slowed(fault.retryAfterSeconds ?? 60);
  return fault.message === '' ? uiTexts.unreachable : fault.message;
}

export function SignInForm({ api, onEnter, note }: SignInFormProps) {
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string>();
  const [isSending, setSending] = useState(false);
  const send = async (): Promise<void> => {
    setSending(true);
    setFault(undefined);
    try {
      await onEnter(await api.request<Session>('POST', '/api/session', { body: { login: login.trim(), password } }));
    } catch (refusal) {
      setFault(explain(refusal));
      setPassword('');
    } finally {
      setSending(false);
    }
  };
  return (
    <Form
      className={styles.form ?? ''}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {note === undefined ? null : <p>{note}</p>}
      {fault === undefined ? null : (
        <Notice kind="alarm" icon={<CircleAlert aria-hidden="true" />} isLive>
          {fault}
        </Notice>
      )}
      <TextField
        label={texts.login}
        name="login"
        autoComplete="username"
        spellCheck="false"
        value={login}
        onChange={setLogin}
        isRequired
        autoFocus
      />
      <TextField
        label={texts.password}
        name="password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        isRequired
      />
      <Button type="submit" kind="main" isWide isPending={isSending}>
        {isSending ? texts.entering : texts.enter}
      </Button>
    </Form>
  );
}
