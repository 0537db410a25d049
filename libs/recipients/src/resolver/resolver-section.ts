/** The part of the brand's file that says whom to ask about recipients. */
export const RESOLVER_SECTION = 'recipients.resolver';
