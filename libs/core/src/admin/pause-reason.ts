const BY_A_PERSON = 'Paused over the API';

/** Why a destination is paused, where a person asked for it. */
export function pauseByPerson(note: string | undefined): string {
  return note === undefined ? `${BY_A_PERSON}.` : `${BY_A_PERSON}: ${note}`;
}

/** Whether a person asked for a pause. Such a pause ends when a person says so, not when credentials pass a test. */
export function isPauseByPerson(reason: string | null): boolean {
  return reason?.startsWith(BY_A_PERSON) ?? false;
}
