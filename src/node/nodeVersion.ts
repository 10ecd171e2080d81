const OLDEST = [20, 19] as const;

/** A sentence when this version of Node is too old to run us, else null. */
export function explainOldNode(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  if (!isOld) return null;
  return `This is Node ${version}, phy needs ${OLDEST.join('.')} or newer. Get it from https://nodejs.org, then start again.`;
}
