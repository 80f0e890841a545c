/** Every route of the API: the contracts of its contexts, one line each. */
export * as agreement from './agreement/contract.ts';
export * as audit from './audit/contract.ts';
export * as calendar from './calendar/contract.ts';
export * as clock from './clock/contract.ts';
export * as mail from './mail/contract.ts';
export * as office from './office/contract.ts';
export * as reference from './reference/contract.ts';
export * as signIn from './sign-in/contract.ts';
