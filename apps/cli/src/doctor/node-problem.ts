const OLDEST = [20, 19] as const;

/** Describes the problem of a Node.js version. Undefined if the version is supported. */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = OLDEST;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return undefined;
  return `Node.js ${version} is too old. Install ${OLDEST.join('.')} or newer from https://nodejs.org.`;
}
