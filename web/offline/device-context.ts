/** The keeper of the copy and what the page knows of itself as an application, from a component. */
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Installation } from './install.ts';
import type { Keeper, KeeperState } from './keeper.ts';
import type { Updates } from './updates.ts';

/** Undefined: where no service worker is built, or the browser has none. */
export interface Installed {
  readonly updates: Updates | undefined;
  readonly installation: Installation;
}

export const InstalledContext = createContext<Installed | undefined>(undefined);

export interface DeviceKeeping {
  /** Undefined: this browser keeps no copy, as far as is known. */
  readonly keeper: Keeper | undefined;
  /** For who wants to declare this device. */
  load(): Promise<Keeper>;
}

export const DeviceContext = createContext<DeviceKeeping | undefined>(undefined);

export function useDeviceKeeping(): DeviceKeeping {
  const keeping = useContext(DeviceContext);
  if (keeping === undefined) throw new Error('a device is spoken of where nobody is signed in');
  return keeping;
}

const never = (): (() => void) => () => undefined;
const none: KeeperState = { kind: 'none' };

export function useKeeperState(keeper: Keeper | undefined): KeeperState {
  return useSyncExternalStore(
    keeper === undefined ? never : (onChange) => keeper.subscribe(onChange),
    () => keeper?.state() ?? none,
  );
}
