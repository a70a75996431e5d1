export function MailRail() {
  return null;
}
