import { useEffect, useRef, useState } from 'react';
import { signIn, type Me } from '../api/session';

/** State of a sign-in by a one-time link. */
interface SignInLink {
  readonly isRunning: boolean;
  readonly error: unknown;
}

/** Signs in with the token of a one-time link. Removes the token from the address first, so that no history keeps it. */
export function useSignInLink(onSignedIn: (me: Me) => void): SignInLink {
  const [state, setState] = useState<SignInLink>({ isRunning: false, error: null });
  const done = useRef(onSignedIn);
  useEffect(() => {
    done.current = onSignedIn;
  });
  useEffect(() => {
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (token === null) return;
    history.replaceState(history.state, '', location.pathname + location.search);
    setState({ isRunning: true, error: null });
    signIn({ token }).then(
      (me) => done.current(me),
      (error: unknown) => setState({ isRunning: false, error }),
    );
  }, []);
  return state;
}
