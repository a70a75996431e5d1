/** Whether the browser offers to install the application, which it says once, early. */

/** https://developer.mozilla.org/docs/Web/API/BeforeInstallPromptEvent: of some browsers, of no standard. */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

export interface Installation {
  canInstall(): boolean;
  subscribe(onChange: () => void): () => void;
  install(): Promise<void>;
}

export function followInstallation(page: Window): Installation {
  const listeners = new Set<() => void>();
  let offered: InstallPrompt | undefined;
  const set = (prompt: InstallPrompt | undefined): void => {
    offered = prompt;
    for (const each of listeners) each();
  };
  page.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    set(event as InstallPrompt); // by its name
  });
  page.addEventListener('appinstalled', () => set(undefined));
  return {
    canInstall: () => offered !== undefined,
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    async install() {
      const prompt = offered;
      set(undefined); // it answers once
      await prompt?.prompt();
    },
  };
}
