/** What stands in the trail of accounts. */
export const SECURITY_EVENTS = [
  'sign-in',
  'sign-in-refused',
  'password-refused',
  'password-changed',
  'password-reset',
  'session-ended',
  'account-opened',
  'account-closed',
  'email-corrected',
  'role-given',
  'role-ended',
] as const;
