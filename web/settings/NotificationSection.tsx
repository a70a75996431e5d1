import { BellRing } from 'lucide-react';
import { useState } from 'react';
import { usePreferences } from '../app/preferences/usePreferences.ts';
import { settingsTexts as texts } from '../texts/settings.ts';
import { Button } from '../ui/Button.tsx';
import { Switch } from '../ui/Field.tsx';
import { Panel } from '../ui/Page.tsx';
import { Notice } from '../ui/States.tsx';
import { PreferenceMark } from './SaveMark.tsx';

type Permission = NotificationPermission | 'none';

function permissionNow(): Permission {
  return 'Notification' in window ? Notification.permission : 'none';
}

/** The browser is asked by the gesture that wants notifications, and never before it. */
export function NotificationSection() {
  const { settings, change, saving } = usePreferences();
  const [permission, setPermission] = useState(permissionNow);
  const [isTested, setTested] = useState(false);
  const isOn = settings.notifications && permission === 'granted';
  const turn = async (wanted: boolean): Promise<void> => {
    if (!wanted) return change({ notifications: false });
    const answered = permission === 'granted' ? permission : await Notification.requestPermission();
    setPermission(answered);
    if (answered === 'granted') change({ notifications: true });
  };
  const isRefused = permission === 'denied' || permission === 'none';
  return (
    <Panel title={texts.thisBrowser} action={<PreferenceMark saving={saving} />}>
      <Switch isOn={isOn} onChange={(wanted) => void turn(wanted)} help={texts.notifyHelp} isDisabled={isRefused}>
        {texts.notify}
      </Switch>
      {permission === 'default' ? <p>{texts.permissionDefault}</p> : null}
      {isRefused ? (
        <Notice kind="care">{permission === 'denied' ? texts.permissionDenied : texts.permissionNone}</Notice>
      ) : null}
      {permission === 'granted' ? (
        <div>
          <Button icon={<BellRing aria-hidden="true" />} onPress={() => void showTest().then(() => setTested(true))}>
            {texts.test}
          </Button>
        </div>
      ) : null}
      <p role="status">{isTested ? texts.tested : ''}</p>
    </Panel>
  );
}

/** Phones show notifications only of a service worker; without one, the page's own. */
async function showTest(): Promise<void> {
  const options = { body: texts.testBody, icon: '/icon.svg', tag: 'hygie-test' };
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker === undefined) new Notification(texts.testTitle, options);
  else await worker.showNotification(texts.testTitle, options);
}
