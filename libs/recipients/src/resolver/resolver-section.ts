/** Section of the brand's file that configures the recipient resolver. */
export const RESOLVER_SECTION = 'recipients.resolver';
