export function ReadingPane() {
  return null;
}
