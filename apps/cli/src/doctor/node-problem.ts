const OLDEST = [20, 19] as const;

/** What is wrong with a version of Node; undefined where it is new enough. */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = OLDEST;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return undefined;
  return `Node ${OLDEST.join('.')} or newer is needed. Get it from https://nodejs.org.`;
}
