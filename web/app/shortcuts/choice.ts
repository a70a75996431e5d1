/** Whether keys alone do something, on this device: dictation and some aids type letters that nobody meant. */
const key = 'raccourcis';

export function readIsOn(): boolean {
  return localStorage.getItem(key) !== 'non';
}

export function writeIsOn(isOn: boolean): void {
  if (isOn) localStorage.removeItem(key);
  else localStorage.setItem(key, 'non');
}
