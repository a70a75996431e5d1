import { sessionTexts as texts } from '../texts/session.ts';
import { Brand } from './Brand.tsx';
import styles from './SignIn.module.css';
import { SignInForm, type SignInFormProps } from './SignInForm.tsx';

export function SignInPage(props: SignInFormProps) {
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <Brand />
        <h1>{texts.title}</h1>
        <p className={styles.lead}>{texts.lead}</p>
        <SignInForm {...props} />
        <p className={styles.help}>{texts.help}</p>
      </div>
    </main>
  );
}
